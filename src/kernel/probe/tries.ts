import { spawnSync } from 'node:child_process'
import { NetrigError } from '../../base/errors.js'
import { nativePath } from '../../base/native.js'
import { errnoName } from '../../ffi/errno.js'

/** What `keeper --probe` tries, native/keeper/probe.c; `idmap.0`, `idmap.1` are folders in order. */
export type TryName =
  | 'user'
  | 'nested'
  | 'pid'
  | 'mount'
  | 'net'
  | 'uts'
  | 'ipc'
  | 'cgroup'
  | 'proc'
  | 'sysfs'
  | 'tmpfs'
  | 'overlay'
  | 'veth'
  | 'bridge'
  | 'redirect'
  | 'netem'
  | 'tbf'
  | 'packet'
  | 'nft.ingress'
  | 'nft.egress'
  | 'destroy'
  | 'tun'
  | `idmap.${number}`

/** What the kernel refused; undefined for nothing. */
export interface Refusal {
  /** `EPERM` */
  readonly errno: string
  /** One word for what was refused: `clone3`, `mount`, `chain`. */
  readonly step: string
}

/** What came of each try. */
export type Tries = ReadonlyMap<TryName, Refusal | undefined>

/** Reads the lines of `keeper --probe`: `name ok` or `name ERRNO step`. Other lines are left out. */
export function parseTries(text: string): Tries {
  const tries = new Map<TryName, Refusal | undefined>()
  for (const line of text.split('\n')) {
    const match = /^([a-z.0-9]+) (?:ok|(\d+) (\S+))$/.exec(line)
    if (match === null) continue
    const [, name, errno, step] = match
    const refusal =
      errno === undefined ? undefined : { errno: errnoName(Number(errno)), step: step ?? '' }
    tries.set(name as TryName, refusal)
  }
  return tries
}

/** What to try. */
export interface TryOptions {
  /** First id of the range that the lab of real root is mapped to; undefined maps the own id. */
  readonly tame?: number | undefined
  /** Folders to show by an idmapped mount. */
  readonly folders?: readonly string[]
}

/** Tries everything, in namespaces that are gone when this returns: about 70 ms. */
export function runTries(options: TryOptions = {}): Tries {
  const args = ['--probe']
  if (options.tame !== undefined) args.push('--tame', String(options.tame))
  const done = spawnSync(nativePath('keeper'), [...args, ...(options.folders ?? [])], {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (done.error !== undefined || done.status !== 0) {
    throw new NetrigError('KERNEL', `netrig's own probe failed: ${done.stderr || done.error}.`, {
      operation: 'probe',
      cause: done.error,
    })
  }
  return parseTries(done.stdout)
}

/** The first refusal among several tries, with the try's name; undefined when all went well. */
export function firstRefusal(
  tries: Tries,
  names: readonly TryName[],
): (Refusal & { readonly of: TryName }) | undefined {
  for (const name of names) {
    const refusal = tries.get(name)
    if (refusal !== undefined) return { ...refusal, of: name }
  }
  return undefined
}
