import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect } from 'vitest'
import { startVm, test } from './support.js'

const SIZE = 100_000_000

async function digest(stream: NodeJS.ReadableStream): Promise<{ size: number; hash: string }> {
  const hash = createHash('md5')
  let size = 0
  for await (const chunk of stream) {
    hash.update(chunk as Buffer)
    size += (chunk as Buffer).length
  }
  return { size, hash: hash.digest('hex') }
}

test.each([[[]], [['--virtual-time']]])(
  '100 MB pass through stdin and stdout as they are %o',
  async (options) => {
    const data = randomBytes(SIZE)
    const child = startVm({ stdio: ['pipe', 'pipe', 'inherit'] }, ...options, '--', 'cat')
    child.stdin!.end(data)
    const seen = await digest(child.stdout!)
    expect(seen).toEqual({ size: SIZE, hash: createHash('md5').update(data).digest('hex') })
  },
)

test('the end of stdin is the command’s, whether it is read or not', async () => {
  const child = startVm(
    { stdio: ['pipe', 'pipe', 'inherit'] },
    '--',
    'sh',
    '-c',
    'read a; cat; echo $a',
  )
  child.stdin!.end('first\nsecond\n')
  let text = ''
  for await (const chunk of child.stdout!) text += String(chunk)
  expect(text).toBe('second\nfirst\n')

  const deaf = startVm({ stdio: ['pipe', 'pipe', 'inherit'] }, '--', 'echo', 'done')
  const [code] = await once(deaf, 'exit')
  expect(code).toBe(0)
})

test('a reader that goes away ends the writer', async () => {
  const child = startVm({ stdio: ['ignore', 'pipe', 'inherit'] }, '--', 'yes')
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  const [code, signal] = await once(child, 'exit')
  // Node ignores the signal, and says by its exit code what shells say.
  expect([code, signal]).toEqual([141, null])
})

test('a slow reader does not keep a signal from the command', async () => {
  const child = startVm({ stdio: ['ignore', 'pipe', 'inherit'] }, '--', 'yes')
  await once(child.stdout!, 'readable')
  // Nobody reads on; the pipe is full soon.
  await new Promise((resolve) => setTimeout(resolve, 300))
  child.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 300))
  child.stdout!.resume()
  const [code, signal] = await once(child, 'exit')
  expect([code, signal]).toEqual([null, 'SIGTERM'])
})
