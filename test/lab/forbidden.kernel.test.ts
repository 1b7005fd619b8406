import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/**
 * A machine of its own as far as user namespaces go: in a namespace whose limit is 0 nobody makes
 * another one, root included.
 */
const FORBIDDEN = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'

const program = `
  import { createLab } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
  const before = process.getActiveResourcesInfo().length
  const error = await createLab().catch((error) => error)
  console.log(JSON.stringify({
    code: error.code,
    message: error.message,
    netrig: error.name,
    kept: process.getActiveResourcesInfo().length > before,
  }))
`

test('where user namespaces are forbidden the first call says so and names the doctor', () => {
  const words = ['--user', '--map-root-user', 'sh', '-c', FORBIDDEN, 'sh', process.execPath]
  const { stdout, stderr } = spawnSync(
    'unshare',
    [...words, '--input-type=module', '-e', program],
    { encoding: 'utf8', timeout: 60_000 },
  )
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    code: 'USER_NAMESPACES_FORBIDDEN',
    message: expect.stringMatching(
      /^This machine does not let netrig make a user namespace \(ENOSPC\)\.\n {2}hint: run `npx netrig doctor`/,
    ),
    netrig: 'NetrigError',
    kept: false,
  })
})
