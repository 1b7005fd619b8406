import type { NormalConditions } from './model.js'

/**
 * Conditions on the way from one to another: delay, jitter and a plain loss change evenly, a rate by equal
 * factors; all else is as it was until the end is reached.
 *
 * @param part 0 at the begin, 1 at the end
 */
export function blendConditions(
  from: NormalConditions,
  to: NormalConditions,
  part: number,
): NormalConditions {
  if (part >= 1) return to
  const even = (a: number, b: number) => Math.round(a + (b - a) * part)
  const loss =
    from.loss.model === 'random' && to.loss.model === 'random'
      ? { model: 'random' as const, rate: even(from.loss.rate, to.loss.rate) }
      : from.loss
  const rate =
    from.rate > 0 && to.rate > 0
      ? Math.max(1, Math.round(from.rate * (to.rate / from.rate) ** part))
      : from.rate
  return {
    ...from,
    delay: even(from.delay, to.delay),
    jitter: even(from.jitter, to.jitter),
    loss,
    rate,
  }
}
