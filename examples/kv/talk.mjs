// How the programs of this example talk: questions and answers in JSON, over HTTP.
import { createServer, request } from 'node:http'

export const PORT = 7000

/** An answer that says no, in words for the one who asked. */
export class Refusal extends Error {}

/**
 * Asks a node and resolves to its answer. Rejects when the node refuses, or when nothing comes back
 * for `within` milliseconds: on a network that is all one can know about a silent partner.
 */
export function ask(node, question, body, within) {
  return new Promise((resolve, reject) => {
    const call = request(
      // A connection of its own for each question: one that a cut left hanging blocks no other.
      { host: node, port: PORT, path: `/${question}`, method: 'POST', agent: false },
      async (response) => {
        try {
          const answer = await readJson(response)
          if (response.statusCode === 200) resolve(answer)
          else reject(new Refusal(answer.error))
        } catch (error) {
          reject(error)
        } finally {
          clearTimeout(timer)
        }
      },
    )
    const timer = setTimeout(() => {
      call.destroy(new Error(`no answer from ${node} in ${within} ms`))
    }, within)
    call.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    call.end(JSON.stringify(body))
  })
}

/** Answers questions: each is a function of that name, which returns the answer or throws a Refusal. */
export function serve(questions) {
  const server = createServer(async (incoming, response) => {
    const send = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    try {
      const answer = questions[incoming.url.slice(1)]
      if (answer === undefined) send(404, { error: `unknown question ${incoming.url}` })
      else send(200, (await answer(await readJson(incoming))) ?? {})
    } catch (error) {
      send(503, { error: error.message })
    }
  })
  server.listen(PORT)
}

async function readJson(stream) {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
