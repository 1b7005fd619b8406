/**
 * False where the processor is infinitely fast, as in a vm with full virtual time: there a program that
 * never waits never lets a timer strike, and limits of processor time mean nothing.
 */
export const computingTakesTime = ((): boolean => {
  const start = process.hrtime.bigint()
  let sum = 0
  for (let n = 0; n < 3_000_000; n++) sum += n % 7
  // Looking at the clock costs a fraction of a microsecond even then.
  return sum > 0 && process.hrtime.bigint() - start > 100_000n
})()
