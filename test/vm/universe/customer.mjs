import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

const [own, orders, ...shops] = process.argv.slice(2)
for (let order = 1; order <= Number(orders); order += 1) {
  await sleep(Math.random() * 30)
  const shop = shops[Math.floor(Math.random() * shops.length)]
  // One is long enough for TCP to fill the link, lose and send again.
  const body = randomBytes(order === 7 ? 600_000 : Math.floor(Math.random() * 5_000))
  const response = await fetch(`http://${shop}:8080/`, { method: 'POST', body })
  const bytes = Buffer.from(await response.arrayBuffer())
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const words = [own, order, shop, response.headers.get('x-number'), bytes.length, hash]
  console.log(...words, process.hrtime.bigint())
}
