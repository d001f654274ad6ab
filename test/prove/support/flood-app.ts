/** A server that broadcasts 7 MB/s to all who come, and tells its figures four times a second. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createChannel, createMonitor, createSession } from '../../../src/server/index.js'

const channel = createChannel()
const monitor = createMonitor({ channels: { flood: channel } })
const filler = 'x'.repeat(6950)
let seq = 0

const server = createServer((request, response) => {
  channel.register(createSession(request, response))
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
setInterval(() => {
  for (let n = 0; n < 10; n++) channel.broadcast({ seq: ++seq, filler, mark: '~' }, undefined, { eventId: String(seq) })
}, 10)
setInterval(() => process.send?.({ seq, rss: process.memoryUsage().rss, connections: monitor.connections() }), 250)
process.on('disconnect', () => process.exit())
