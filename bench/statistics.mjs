/** The value below which a share of the samples lies, by the nearest rank. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
}

/** One row of the result. */
export function row(name, samples, unit) {
  const round = (value) => Math.round(value * 1000) / 1000
  return {
    name,
    median: round(quantile(samples, 0.5)),
    p99: round(quantile(samples, 0.99)),
    unit,
    n: samples.length,
  }
}
