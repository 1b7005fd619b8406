import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { createLab } from 'netrig'

/** Three labs in a thread that is then cut off: one that runs, one that was stopped, and a spare. */
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url))
  await new Promise((resolve) => worker.once('message', resolve))
  const labs = () =>
    new Set(
      readFileSync('/proc/net/unix', 'utf8').match(
        new RegExp(`@netrig/\\d+/${process.pid}/\\w+`, 'g'),
      ),
    )
  if (labs().size === 0) throw new Error('there was no lab')
  await worker.terminate()
  const end = Date.now() + 1000
  while (labs().size > 0 && Date.now() < end) await sleep(20)
  if (labs().size > 0) throw new Error(`left: ${[...labs()].join(', ')}`)
} else {
  const one = await createLab()
  one.host('a')
  await one.start()
  const two = await createLab()
  await two.start()
  await two.stop()
  parentPort.postMessage('ready')
  setInterval(() => undefined, 1000)
}
