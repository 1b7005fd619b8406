export { type Facts, machineFacts } from './facts.js'
export type { Finding } from './finding.js'
export { judge, probeMachine, type Report } from './report.js'
export {
  parseTries,
  type Refusal,
  runTries,
  type Tries,
  type TryName,
  type TryOptions,
} from './tries.js'
