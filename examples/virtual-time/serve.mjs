import { createServer } from 'node:http'

/** Answers questions by HTTP, each by a function of its path's name; what one throws is a refusal. */
export function serve(questions) {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    try {
      const answer = questions[request.url.slice(1)](JSON.parse(text))
      response.end(JSON.stringify(answer ?? {}))
    } catch (error) {
      response.writeHead(409).end(error.message)
    }
  })
  server.listen(8080)
}
