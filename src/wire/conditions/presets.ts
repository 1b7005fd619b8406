import { nearest } from '../../base/suggest.js'
import type { Duration, Rate, Ratio } from '../../base/units.js'
import { refuse } from './check.js'
import type { Distribution } from './distribution.js'

interface PresetConditions {
  readonly delay?: Duration
  readonly jitter?: Duration
  readonly distribution?: Distribution
  readonly rate?: Rate
  readonly loss?: Ratio
}

/** A kind of access or path, with where its figures are from. */
interface Preset {
  readonly source: string
  /** What both directions do. */
  readonly both: PresetConditions
  /** What the first end of the link sends: it is the subscriber. */
  readonly up?: PresetConditions
  /** What it receives. */
  readonly down?: PresetConditions
}

const WEBPAGETEST = 'WebPageTest, www/settings/connectivity.ini.sample'

/** Half of a round trip each way. Losses that a source does not tell are not made up. */
const presets = {
  dialup: {
    source: `${WEBPAGETEST}: [Dial] 49/30 kbit/s, 120 ms`,
    both: { delay: '60ms' },
    up: { rate: '30kbit' },
    down: { rate: '49kbit' },
  },
  dsl: {
    source: `${WEBPAGETEST}: [DSL] 1.5 Mbit/s / 384 kbit/s, 50 ms`,
    both: { delay: '25ms' },
    up: { rate: '384kbit' },
    down: { rate: '1.5mbit' },
  },
  cable: {
    source: `${WEBPAGETEST}: [Cable] 5/1 Mbit/s, 28 ms`,
    both: { delay: '14ms' },
    up: { rate: '1mbit' },
    down: { rate: '5mbit' },
  },
  fibre: {
    source: `${WEBPAGETEST}: [FIOS] 20/5 Mbit/s, 4 ms`,
    both: { delay: '2ms' },
    up: { rate: '5mbit' },
    down: { rate: '20mbit' },
  },
  wifi: {
    source:
      'Sui et al., "Characterizing and Improving WiFi Latency in Large-Scale Operational Networks", MobiSys 2016: median 3 ms, 90th percentile 20 ms; 54 Mbit/s is the rate of IEEE 802.11g',
    both: { delay: '3ms', jitter: '4ms', distribution: 'pareto', rate: '54mbit' },
  },
  'wifi-crowded': {
    source:
      'Pei et al., "WiFi can be the weakest link of round trip network latency in the wild", INFOCOM 2016: more than half of the packets over 20 ms, a tenth over 100 ms; 11 Mbit/s is the rate of IEEE 802.11b',
    both: { delay: '25ms', jitter: '35ms', distribution: 'pareto', rate: '11mbit' },
  },
  '3g': {
    source: `${WEBPAGETEST}: [3G] 1.6 Mbit/s / 768 kbit/s, 300 ms`,
    both: { delay: '150ms' },
    up: { rate: '768kbit' },
    down: { rate: '1.6mbit' },
  },
  '4g': {
    source: 'WebPageTest agent, profile LTE: 12/12 Mbit/s, 70 ms',
    both: { delay: '35ms', rate: '12mbit' },
  },
  '5g': {
    source:
      'ITU-R M.2410-0: user experienced 100/50 Mbit/s; arXiv 2507.18834: only the best twentieth of mobile users sees less than 20 ms there and back',
    both: { delay: '10ms' },
    up: { rate: '50mbit' },
    down: { rate: '100mbit' },
  },
  'satellite-geo': {
    source:
      'RFC 2488, section 2: 279 ms from the edge of the view up to the satellite and down; FCC, Measuring Broadband America: plans of 25/3 Mbit/s',
    both: { delay: '279ms' },
    up: { rate: '3mbit' },
    down: { rate: '25mbit' },
  },
  'satellite-leo': {
    source:
      'Michel et al., "A First Look at Starlink Performance", IMC 2022: median 50 ms there and back, quartiles 40 and 60 ms, 178/17 Mbit/s',
    both: { delay: '25ms', jitter: '5ms' },
    up: { rate: '17mbit' },
    down: { rate: '178mbit' },
  },
  transatlantic: {
    source:
      '5570 km of great circle from London to New York take light in glass 28 ms; the shortest cable (Hibernia Express) needs 58.95 ms there and back, ordinary paths a fifth more',
    both: { delay: '35ms' },
  },
  datacenter: {
    source:
      'Guo et al., "Pingmesh", SIGCOMM 2015, figure 4: median 268 us there and back between racks; drop rates of 10^-5',
    both: { delay: '134us', rate: '10gbit', loss: 1e-5 },
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof presets | 'perfect'

export const presetNames: readonly string[] = [...Object.keys(presets), 'perfect']

/**
 * A preset's conditions for what one end sends; `perfect` has none.
 *
 * @param from 0 for the link's first end, the subscriber of a preset that is faster one way
 * @throws NetrigError INVALID_OPTION with the nearest name
 */
export function presetConditions(name: unknown, from: 0 | 1, what: string): PresetConditions {
  if (name === 'perfect') return {}
  const preset: Preset | undefined = Object.hasOwn(presets, String(name))
    ? presets[name as keyof typeof presets]
    : undefined
  if (preset !== undefined) return { ...preset.both, ...(from === 0 ? preset.up : preset.down) }
  const meant = nearest(String(name), presetNames)
  throw refuse(
    'preset',
    what,
    `there is none called '${String(name)}'`,
    `${meant === undefined ? '' : `did you mean '${meant}'? `}there are ${presetNames.join(', ')}`,
  )
}

/** Where a preset's figures are from. */
export function presetSource(name: Exclude<PresetName, 'perfect'>): string {
  return presets[name].source
}
