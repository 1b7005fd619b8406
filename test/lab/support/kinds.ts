import type { Host, Lab, Link, LinkOptions } from '../../../src/index.js'
import { aLab } from './bench.js'

/** Hosts `a` and `b`, and a link that every packet between them passes. */
export interface Between {
  readonly a: Host
  readonly b: Host
  readonly link: Link
}

type Declare = (lab: Lab, options?: LinkOptions, flip?: boolean, others?: LinkOptions) => Between

/**
 * Every kind of link, declared but not started; `flip` swaps the ends of the link that is looked at
 * (==), `others` are options of those beside it.
 *
 *     host-host      a ==== b
 *     host-switch    a ==== [lan] ---- b
 *     switch-host    a ---- [lan] ==== b
 *     switch-switch  a ---- [s1] ==== [s2] ---- b
 */
export const kinds: Readonly<Record<string, Declare>> = {
  'host-host': (lab, options, flip = false) => {
    const [a, b] = lab.hosts('a', 'b')
    return { a, b, link: flip ? lab.link(b, a, options) : lab.link(a, b, options) }
  },
  'host-switch': (lab, options, flip = false, others = {}) => {
    const [a, b] = lab.hosts('a', 'b')
    const lan = lab.switch('lan')
    const link = flip ? lab.link(lan, a, options) : lab.link(a, lan, options)
    lab.link(b, lan, others)
    return { a, b, link }
  },
  'switch-host': (lab, options, flip = false, others = {}) => {
    const [a, b] = lab.hosts('a', 'b')
    const lan = lab.switch('lan')
    lab.link(a, lan, others)
    const link = flip ? lab.link(b, lan, options) : lab.link(lan, b, options)
    return { a, b, link }
  },
  'switch-switch': (lab, options, flip = false, others = {}) => {
    const [a, b] = lab.hosts('a', 'b')
    const [s1, s2] = [lab.switch('s1'), lab.switch('s2')]
    lab.link(a, s1, others)
    const link = flip ? lab.link(s2, s1, options) : lab.link(s1, s2, options)
    lab.link(b, s2, others)
    return { a, b, link }
  },
}

/** Each kind with its ends in either order. */
export const everyKind: readonly (readonly [name: string, declare: Declare])[] = Object.entries(
  kinds,
).flatMap(([name, declare]): [string, Declare][] => [
  [name, declare],
  [`${name}, ends swapped`, (lab, options) => declare(lab, options, true)],
])

/**
 * Each kind as the fabric builds it: without conditions, and with the relay between. `begin` starts a
 * lab of it that ends with the test whose `onTestFinished` it gets.
 */
export function builds(of: readonly (readonly [name: string, declare: Declare])[]) {
  return of.flatMap(([kind, declare]) =>
    [undefined, { delay: 1 }].map((options) => ({
      name: `${kind}, ${options === undefined ? 'plain' : 'relayed'}`,
      begin: async (finished: Parameters<typeof aLab>[1]): Promise<Between & { lab: Lab }> => {
        const lab = await aLab({}, finished)
        const between = declare(lab, options)
        await lab.start()
        return { lab, ...between }
      },
      declare,
      options,
    })),
  )
}
