// The clients: plain sockets that count what they get. Driven over IPC by processes.mjs.
import { connect } from 'node:net'

const sockets = new Set()
let seen = 0
let opened = 0
let waiting

function look() {
  if (waiting && seen >= waiting.events && opened >= waiting.opened) {
    waiting.done()
    waiting = undefined
  }
}

function open(port, lastEventId, path = '/') {
  return new Promise((resolve, reject) => {
    let isOpen = false
    const socket = connect(port, '127.0.0.1', () => {
      const resume = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`
      socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n${resume}\r\n`)
      sockets.add(socket)
      resolve()
    })
    socket.on('data', (chunk) => {
      if (!isOpen) {
        isOpen = true
        opened += 1
      }
      for (let at = chunk.indexOf(0x7e); at >= 0; at = chunk.indexOf(0x7e, at + 1)) seen += 1
      look()
    })
    socket.on('error', reject)
    socket.on('close', () => sockets.delete(socket))
  })
}

const orders = {
  async open({ port, count, lastEventId }) {
    const goal = opened + count
    const isUnderWay = new Set()
    for (let n = 0; n < count; n++) {
      const one = open(port, lastEventId).finally(() => isUnderWay.delete(one))
      isUnderWay.add(one)
      if (isUnderWay.size >= 64) await Promise.race(isUnderWay)
    }
    await Promise.all(isUnderWay)
    await reach({ events: seen, opened: goal })
  },
  expect: ({ events }) => reach({ events, opened: 0 }),
  close() {
    for (const socket of sockets) socket.destroy()
  },
}

function reach({ events, opened: openedGoal }) {
  return new Promise((done) => {
    waiting = { events, opened: openedGoal, done }
    look()
  })
}

process.on('message', async ({ order, ...rest }) => process.send({ answer: (await orders[order](rest)) ?? null }))
process.on('disconnect', () => process.exit())
process.send({ answer: 'ready' })
