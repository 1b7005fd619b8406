// Makes one lab and stops it.
import { createLab } from 'netrig'

const lab = await createLab()
const [a, b] = lab.hosts('a', 'b')
lab.link(a, b)
await lab.start()
await lab.stop()
