export { NetrigError, type NetrigErrorCode } from './base/errors.js'
export type { Random, Seed } from './base/random.js'
export type { Duration, Rate, Ratio, Size } from './base/units.js'
export type { Effect } from './fault/gate.js'
export type { Capture } from './lab/capture/capture.js'
export type { CaptureOptions, PlaceCaptureOptions } from './lab/capture/options.js'
export { createLab } from './lab/create.js'
export type { LabEvent } from './lab/events.js'
export type { Host, HostInterface } from './lab/host.js'
export type { Lab, LinkEnd, LinkOptions } from './lab/lab.js'
export type { DownOptions, Link, LinkUpdate } from './lab/link.js'
export type { HostOptions, LabOptions } from './lab/options.js'
export type { Partition, PartitionOptions } from './lab/partition.js'
export type { SwitchOptions } from './lab/plan/declarations.js'
export type { Playing, PlayOptions, PlayStep } from './lab/play.js'
export type { LinkRuleMatch, LinkRuleOptions, Rule, RulePeer } from './lab/rule.js'
export type { HostStatus } from './lab/state.js'
export type { Switch } from './lab/switch.js'
export {
  command,
  custom,
  type ExecOptions,
  file,
  http,
  log,
  type Program,
  type ProgramExit,
  type ReadyStrategy,
  type Script,
  type SignalName,
  type SpawnOptions,
  tcp,
} from './process/index.js'
export type { ConnectOptions, ListenOptions } from './sandbox/lent.js'
export { createVm, type Vm } from './vm/create.js'
export type { VmExecOptions } from './vm/exec.js'
export type { VirtualTime, VmOptions } from './vm/options.js'
export type { CaptureStats } from './wire/capture/protocol.js'
export {
  type CorrelatedRate,
  type Distribution,
  type FourState,
  type FramedRate,
  type GilbertElliott,
  type LinkConditions,
  type Loss,
  type LossPattern,
  type PresetName,
  presetNames,
  presetSource,
  type Queue,
  type ReorderRate,
} from './wire/conditions/index.js'
export type { DirectionStats, LinkStats } from './wire/engine.js'
export type {
  RuleAction,
  RuleFunction,
  RulePacket,
  RuleStats,
  RuleVerdict,
} from './wire/rules/index.js'
