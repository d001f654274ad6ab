// The measured process: one kit, and nothing else. Driven over IPC by processes.mjs.
import { kits } from './kits.mjs'

const { server, count, broadcast } = await kits[process.argv[2]]()
const text = 'x'.repeat(100)
let sequence = 0

const orders = {
  async broadcast({ events, ticks = 1 }) {
    for (let tick = 0; tick < ticks; tick++) {
      // One tilde per event is what the readers count.
      for (let n = 0; n < events; n++) broadcast({ seq: ++sequence, text, mark: '~' }, String(sequence))
      for (let n = 0; n < 5; n++) await new Promise(setImmediate) // until everybody has written
    }
  },
  cpu: () => process.cpuUsage(),
  count: () => count(),
  settle() {
    for (let n = 0; n < 4; n++) globalThis.gc?.()
  },
  memory() {
    orders.settle()
    return process.memoryUsage()
  },
}

process.on('message', async ({ order, ...rest }) => process.send({ answer: (await orders[order](rest)) ?? null }))
process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send({ answer: server.address().port }))
