// Questions and answers in JSON, over HTTP.
import { createServer, request } from 'node:http'

const PATIENCE = 5_000 // ms; whoever has not answered by then has not answered

/** Asks for what stands at a path of a host. */
export function ask(host, path, question) {
  return new Promise((resolve, reject) => {
    const options = { host, port: 8080, path, method: 'POST', agent: false }
    const call = request({ ...options, signal: AbortSignal.timeout(PATIENCE) }, async (answer) => {
      try {
        const text = await textOf(answer)
        if (answer.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(text))
      } catch (error) {
        reject(error)
      }
    })
    call.on('error', reject)
    call.end(JSON.stringify(question))
  })
}

/** Answers questions, each by a function of its path; what one throws is a refusal. */
export function serve(answers) {
  const server = createServer(async (question, response) => {
    try {
      const answer = answers[question.url.slice(1)](JSON.parse(await textOf(question)))
      response.end(JSON.stringify(answer ?? {}))
    } catch (error) {
      response.writeHead(409).end(error.message)
    }
  })
  server.listen(8080)
}

async function textOf(stream) {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}
