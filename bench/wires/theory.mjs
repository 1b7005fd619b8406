// What a wire is measured against: formulas from outside, nothing of netrig's.

/**
 * Abramowitz and Stegun 7.1.26: good to 1.5e-7.
 *
 * @param {number} x
 */
export function normalCdf(x) {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2)
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const erf = 1 - poly * Math.exp((-x * x) / 2)
  return 0.5 * (1 + Math.sign(x) * erf)
}

/**
 * From -1 to 1.
 *
 * @param {number} x
 */
export function uniformCdf(x) {
  return Math.min(1, Math.max(0, (x + 1) / 2))
}

/**
 * The distribution that a list of equally likely values is.
 *
 * @param {readonly number[]} values
 * @returns {(x: number) => number}
 */
export function listCdf(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (x) => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] <= x) low = middle + 1
      else high = middle
    }
    return low / sorted.length
  }
}

/**
 * The Kolmogorov-Smirnov statistic: the greatest distance of a sample from a distribution.
 *
 * @param {readonly number[]} sample
 * @param {(x: number) => number} cdf
 */
export function kolmogorovSmirnov(sample, cdf) {
  const sorted = sample.toSorted((a, b) => a - b)
  return sorted.reduce((most, value, at) => {
    const share = cdf(value)
    return Math.max(most, share - at / sorted.length, (at + 1) / sorted.length - share)
  }, 0)
}

/** What the statistic stays below for 99 of 100 samples that are of the distribution. */
export const ksBound = (/** @type {number} */ count) => 1.63 / Math.sqrt(count)

/**
 * Three standard deviations of a count of so many tries.
 *
 * @param {number} tries
 * @param {number} chance
 */
export function threeSigma(tries, chance) {
  return 3 * Math.sqrt(tries * chance * (1 - chance))
}

/**
 * Lengths of runs of true.
 *
 * @param {readonly boolean[]} lost
 * @returns {number[]}
 */
export function bursts(lost) {
  const lengths = []
  let run = 0
  for (const one of [...lost, false]) {
    if (one) run += 1
    else if (run > 0) {
      lengths.push(run)
      run = 0
    }
  }
  return lengths
}

export const mean = (/** @type {readonly number[]} */ values) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** @param {readonly number[]} values */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

/**
 * Mathis, Semke, Mahdavi and Ott, "The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm"
 * (1997), with an acknowledgement for each packet: bits per second.
 *
 * @param {number} segment bytes
 * @param {number} roundTripSeconds
 * @param {number} loss
 */
export function mathisRate(segment, roundTripSeconds, loss) {
  return ((segment * 8) / roundTripSeconds) * (1.22 / Math.sqrt(loss))
}
