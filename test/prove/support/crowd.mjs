// A crowd of clients in a process of its own: plain sockets that count tildes. Sends what it has seen four times a second.
import { connect } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number)
const sockets = new Set()
let opened = 0
let seen = 0

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: crowd\r\n\r\n'))
    socket.once('data', () => {
      opened += 1
      resolve()
    })
    socket.on('data', (chunk) => {
      for (let at = chunk.indexOf(0x7e); at >= 0; at = chunk.indexOf(0x7e, at + 1)) seen += 1
    })
    socket.on('error', reject)
    socket.on('close', () => sockets.delete(socket))
    sockets.add(socket)
  })
}

process.on('disconnect', () => process.exit())
process.on('message', () => {
  for (const socket of sockets) socket.destroy()
})
setInterval(() => process.send({ opened, seen, open: sockets.size }), 250)
for (let n = 0; n < count; n += 100) await Promise.all(Array.from({ length: Math.min(100, count - n) }, open))
