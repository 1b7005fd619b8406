import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../house/support/files.js'
import { npm } from './npm.js'

let packed: Promise<Buffer> | undefined

/** The package as npm packs what was built last; packed once for all projects of a test file. */
export function tarball(): Promise<Buffer> {
  packed ??= pack()
  return packed
}

async function pack(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-pack-'))
  try {
    await npm(root, 'pack', '--pack-destination', folder)
    const [file = ''] = readdirSync(folder)
    return readFileSync(join(folder, file))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
