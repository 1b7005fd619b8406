import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { test } from './support.js'

const distribution = new URL('../../dist/vm/run.js', import.meta.url)

test('when a command has ended and its vm is gone, nothing keeps the process that ran it', () => {
  const script = `
    import { runInVm } from ${JSON.stringify(distribution.href)}
    const { status } = await runInVm({ command: ['true'] })
    console.log(JSON.stringify({ status, held: process.getActiveResourcesInfo() }))`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  const { status, held } = JSON.parse(said) as { status: number; held: string[] }
  expect(status).toBe(0)
  expect(held).not.toContain('Timeout')
  expect(held).not.toContain('ProcessWrap')
})
