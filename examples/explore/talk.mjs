// How the programs of this example talk: one question and one answer in JSON, on a connection of
// its own each.
import { connect, createServer } from 'node:net'

/** Asks who listens on a port. Rejects when it refuses, or when no answer comes within so many ms. */
export function ask(port, question, within) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${within} ms`)), within)
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      reject(new Error('closed without an answer'))
    })
    socket.once('data', (text) => {
      const { error, ...answer } = JSON.parse(text)
      if (error === undefined) resolve(answer)
      else reject(new Error(error))
      socket.destroy()
    })
    socket.write(JSON.stringify(question))
  })
}

/** Answers questions; what `answer` throws is the answer, too. */
export function serve(port, answer) {
  const server = createServer((socket) => {
    // Who has asked may have lost patience.
    socket.on('error', () => {})
    socket.once('data', async (text) => {
      const reply = await answer(JSON.parse(text)).catch((error) => ({ error: error.message }))
      socket.end(JSON.stringify(reply))
    })
  })
  server.listen(port, '127.0.0.1', () => console.log('ready'))
}

/** Asks again and again until the answer is yes, after pauses that grow, each a little by chance. */
export async function insist(ports, question, within) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask(ports[attempt % ports.length], question, within)
    } catch {
      await sleep(Math.min(50 * 2 ** attempt, 2000) * (0.5 + Math.random()))
    }
  }
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
