export { blendConditions } from './blend.js'
export type { CorrelatedRate, NormalChance, NormalReorder, ReorderRate } from './chance.js'
export { chainOf } from './chance.js'
export { NS_PER_MS, PPB } from './check.js'
export { describeConditions } from './describe.js'
export {
  type Distribution,
  distributions,
  distributionTable,
  TABLE_SCALE,
  TABLE_SIZE,
} from './distribution.js'
export type { FourState, GilbertElliott, Loss, LossPattern, NormalLoss } from './loss.js'
export { losesNothing, meanLoss } from './loss.js'
export {
  conditionNames,
  isPerfect,
  type LinkConditions,
  type NormalConditions,
  perfect,
} from './model.js'
export { parseConditions } from './parse.js'
export { type PresetName, presetNames, presetSource } from './presets.js'
export { FULL_FRAME, type NormalQueue, type Queue, queuePackets } from './queue.js'
export { type FramedRate, type Framing, framedBytes } from './rate.js'
export { type NormalTrace, TRACE_BYTES, traceRate } from './trace.js'
