import { existsSync } from 'node:fs'

/** Is this netrig a checkout, which can build a kernel? A package has no sources of one. */
export const isCheckout = (): boolean =>
  existsSync(new URL('../../../native/kernel/build.mjs', import.meta.url))
