// What netrig needs: labs of N hosts on one switch, and the start of a program.
import { createLab } from 'netrig'

/** Milliseconds from nothing to a lab of `hosts` that can run programs, and back to nothing. */
export async function labTimes(hosts) {
  const begin = performance.now()
  const lab = await createLab()
  const lan = lab.switch('lan', { subnet: '10.0.0.0/20' })
  for (let at = 0; at < hosts; at += 1) lab.link(lab.host(`h${at}`), lan)
  await lab.start()
  const up = performance.now() - begin
  const end = performance.now()
  await lab.stop()
  return { up, down: performance.now() - end }
}

/** Runs `body` with a lab of one host. */
export async function withHost(body) {
  const lab = await createLab()
  const host = lab.host('a')
  await lab.start()
  try {
    return await body(host)
  } finally {
    await lab.stop()
  }
}
