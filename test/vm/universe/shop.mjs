import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

let served = 0
const server = createServer(async (request, response) => {
  const hash = createHash('sha256')
  for await (const chunk of request) hash.update(chunk)
  await sleep(Math.random() * 40)
  served += 1
  response.setHeader('x-number', `${served} ${process.hrtime.bigint()} ${hash.digest('hex')}`)
  response.end(randomBytes(Math.floor(Math.random() * 30_000)))
})
server.listen(8080, () => console.log('open'))
