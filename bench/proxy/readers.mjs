// The clients: plain sockets that count events, or tell how long each took. Driven over IPC.
import { connect } from 'node:net'

let seen = 0
/** For each turn how long its event took in each group, in microseconds. */
const delays = []

/** With a group each event is timed, else counted. */
function open(port, group) {
  return new Promise((resolve, reject) => {
    let isOpen = false
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(`GET /${group ?? 0} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n`)
    })
    socket.on('data', (chunk) => {
      if (!isOpen && chunk.includes('data: open')) {
        isOpen = true
        resolve()
      }
      if (group === undefined) for (let at = chunk.indexOf(0x7e); at >= 0; at = chunk.indexOf(0x7e, at + 1)) seen++
      else time(chunk, group)
    })
    socket.on('error', reject)
  })
}

function time(chunk, group) {
  const now = process.hrtime.bigint()
  for (const [, turn, sentAt] of chunk.toString('latin1').matchAll(/~(\d+) (\d+)/g)) {
    delays[turn] ??= []
    delays[turn][group] = Number(now - BigInt(sentAt)) / 1000
  }
}

const orders = {
  async open({ port, count, group }) {
    for (let done = 0; done < count; done += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - done) }, () => open(port, group)))
    }
  },
  seen: () => seen,
  delays: () => delays,
}

process.on('message', async ({ order, ...rest }) => process.send({ answer: (await orders[order](rest)) ?? null }))
process.on('disconnect', () => process.exit())
process.send({ answer: 'ready' })
