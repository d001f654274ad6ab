// The clients: plain sockets that count events, or tell how long each took. Driven over IPC.
import { connect } from 'node:net'

/** For each group the events that were counted, and when the last one came. */
const seen = []
/** For each turn how long its event took in each group, in microseconds. */
const delays = []

/** Each event is timed, or counted. */
function open(port, group, isTimed) {
  return new Promise((resolve, reject) => {
    let isOpen = false
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(`GET /${group} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n`)
    })
    socket.on('data', (chunk) => {
      if (!isOpen && chunk.includes('data: open')) {
        isOpen = true
        resolve()
      }
      if (isTimed) time(chunk, group)
      else count(chunk, seen[group])
    })
    socket.on('error', reject)
  })
}

function count(chunk, counted) {
  for (let at = chunk.indexOf(0x7e); at >= 0; at = chunk.indexOf(0x7e, at + 1)) counted[0]++
  counted[1] = Number(process.hrtime.bigint()) / 1e6
}

function time(chunk, group) {
  const now = process.hrtime.bigint()
  for (const [, turn, sentAt] of chunk.toString('latin1').matchAll(/~(\d+) (\d+)/g)) {
    delays[turn] ??= []
    delays[turn][group] = Number(now - BigInt(sentAt)) / 1000
  }
}

const orders = {
  async open({ port, count, group = 0, isTimed = false }) {
    seen[group] ??= [0, 0]
    for (let done = 0; done < count; done += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - done) }, () => open(port, group, isTimed)))
    }
  },
  seen: ({ group }) => seen[group],
  delays: () => delays,
}

process.on('message', async ({ order, ...rest }) => process.send({ answer: (await orders[order](rest)) ?? null }))
process.on('disconnect', () => process.exit())
process.send({ answer: 'ready' })
