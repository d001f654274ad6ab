// The clients: plain sockets that count events, or tell how long each took. Driven over IPC.
import { connect } from 'node:net'

const sockets = new Set()
let seen = 0
let delays = null

function open(port) {
  return new Promise((resolve, reject) => {
    let isOpen = false
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write('GET / HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n')
    })
    sockets.add(socket)
    socket.on('data', (chunk) => {
      if (!isOpen && chunk.includes('data: open')) {
        isOpen = true
        resolve()
      }
      if (delays) read(chunk)
      else for (let at = chunk.indexOf(0x7e); at >= 0; at = chunk.indexOf(0x7e, at + 1)) seen++
    })
    socket.on('error', reject)
    socket.on('close', () => sockets.delete(socket))
  })
}

function read(chunk) {
  const now = process.hrtime.bigint()
  for (const [, sentAt] of chunk.toString('latin1').matchAll(/~(\d+)/g))
    delays.push(Number(now - BigInt(sentAt)) / 1000)
}

const orders = {
  async open({ port, count }) {
    for (let done = 0; done < count; done += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - done) }, () => open(port)))
    }
  },
  seen: () => seen,
  /** Begins to keep how long each event took, in microseconds, or ends it and tells. */
  delays({ on }) {
    const kept = delays
    delays = on ? [] : null
    return kept
  },
  close() {
    for (const socket of sockets) socket.destroy()
  },
}

process.on('message', async ({ order, ...rest }) => process.send({ answer: (await orders[order](rest)) ?? null }))
process.on('disconnect', () => process.exit())
process.send({ answer: 'ready' })
