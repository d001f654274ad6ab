// The target behind the proxies: a bare socket server, so that it is never what limits them. Driven over IPC.
import { createServer } from 'node:net'

const sockets = []
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`
/** One event in a chunk of its own, and sixteen of them in a piece, of 100 bytes each; the tilde is what readers count. */
const event = chunk(`id: 1234567\ndata: ~${'x'.repeat(77)}\n\n`)
const piece = Buffer.from(event.repeat(16))
let isFlooding = false
let timer

const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.once('data', () => {
    socket.write(head + chunk('data: open\n\n'))
    sockets.push(socket)
  })
  socket.on('close', () => sockets.splice(sockets.indexOf(socket), 1))
  socket.on('drain', () => flood(socket))
})

function flood(socket) {
  while (isFlooding && !socket.destroyed && socket.write(piece));
}

const orders = {
  count: () => sockets.length,
  flood({ on }) {
    isFlooding = on
    for (const socket of sockets) flood(socket)
  },
  /** One event each `everyMs` to one stream after the other, with the moment of its writing. */
  drip({ everyMs }) {
    clearInterval(timer)
    let next = 0
    if (everyMs === null) return
    timer = setInterval(() => {
      const socket = sockets[next++ % sockets.length]
      socket?.write(chunk(`data: ~${process.hrtime.bigint()}\n\n`))
    }, everyMs)
  },
}

process.on('message', ({ order, ...rest }) => process.send({ answer: orders[order](rest) ?? null }))
process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send({ answer: server.address().port }))
