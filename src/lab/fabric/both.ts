import { type NormalConditions, perfect } from '../../wire/conditions/index.js'

/** Of each direction: what leaves the link's first end, what leaves its second. */
export type BothConditions = readonly [NormalConditions, NormalConditions]

export const PERFECT: BothConditions = [perfect, perfect]
