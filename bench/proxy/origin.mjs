// The target behind the proxies: a bare socket server, so that it is never what limits them. Driven over IPC.
import { createServer } from 'node:net'
import { shuffle } from '../support/processes.mjs'

/** By the group that the path names; 0 where it names none. */
const groups = [[]]
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`
/** One event in a chunk of its own, and sixteen of them in a piece, of 100 bytes each; the tilde is what readers count. */
const event = chunk(`id: 1234567\ndata: ~${'x'.repeat(77)}\n\n`)
const events = Buffer.from(event.repeat(16))
/** To one connection before the next one's turn. */
const mostWrites = 256
let isFlooding = false
let timer

const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.once('data', (request) => {
    socket.write(head + chunk('data: open\n\n'))
    const group = Number(/^GET \/(\d+) /.exec(request)?.[1] ?? 0)
    groups[group] ??= []
    groups[group].push(socket)
    socket.on('close', () => groups[group].splice(groups[group].indexOf(socket), 1))
  })
  socket.on('drain', () => flood(socket))
})

/** Writes until the connection is full. One whose reader keeps pace never is: then the others, and orders, take their turn. */
function flood(socket) {
  for (let writes = 0; isFlooding && !socket.destroyed; writes++) {
    if (!socket.write(events)) return
    if (writes === mostWrites) {
      setImmediate(flood, socket)
      return
    }
  }
}

/** Writes an event with its name and the moment. */
function drip(socket, name) {
  socket?.write(chunk(`data: ~${name} ${process.hrtime.bigint()}\n\n`))
}

const orders = {
  flood({ on }) {
    isFlooding = on
    for (const socket of groups[0]) flood(socket)
  },
  /** One event each `everyMs` to one stream after the other. */
  drip({ everyMs }) {
    clearInterval(timer)
    let next = 0
    if (everyMs === null) return
    timer = setInterval(() => drip(groups[0][next++ % groups[0].length], 0), everyMs)
  },
  /** So many turns, in each of which an event goes to one stream of each group, in an order drawn anew. */
  turns({ groups: count, turns, everyMs }) {
    return new Promise((resolve) => {
      let turn = 0
      let order = []
      const ticks = setInterval(() => {
        if (order.length === 0) {
          if (turn++ === turns) {
            clearInterval(ticks)
            resolve()
            return
          }
          order = shuffle(Array.from({ length: count }, (_, group) => group))
        }
        const sockets = groups[order.pop()]
        drip(sockets[turn % sockets.length], turn)
      }, everyMs)
    })
  },
}

process.on('message', async ({ order, ...rest }) => process.send({ answer: (await orders[order](rest)) ?? null }))
process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send({ answer: server.address().port }))
