// The service under test. To answer it asks the stock service, and does not wait for ever: after its
// budget it says that it cannot tell. Take the `signal` out, and the tests beside it fail.
import { createServer } from 'node:http'

const BUDGET = 1000 // ms

createServer(async (_request, response) => {
  try {
    const stock = await fetch('http://stock:8080', { signal: AbortSignal.timeout(BUDGET) })
    response.end(await stock.text())
  } catch {
    response.writeHead(503).end('try again later')
  }
}).listen(8080)
