export { verdictWords } from './action.js'
export type {
  NormalRule,
  RuleAction,
  RuleFunction,
  RuleMatch,
  RuleOptions,
  RuleStats,
  RuleVerdict,
  Some,
  Which,
} from './model.js'
export { RulePacket, type TcpHeader } from './packet.js'
export type { EngineRule, PlacedRule, RuleBook } from './placed.js'
export { parseRule } from './rule.js'
