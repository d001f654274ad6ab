/** Servers that mean harm, or are broken beyond reason: bounded time and memory, a finding, exit code 1. */
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/evidence/report.js'
import { diagnose } from '../../src/index.js'
import { serve } from '../support/stream-server.js'

/** A server that says what it likes on each connection. */
async function raw(
  talk: (socket: net.Socket) => void,
): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.once('data', () => talk(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Writes for as long as the other side takes it. */
function pour(socket: NodeJS.WritableStream & { destroyed?: boolean }, piece: () => Uint8Array | string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece())) {}
  }
  socket.on('drain', more)
  more()
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'

const failed = ({ findings }: Report) => findings.filter(({ state }) => state === 'fail').map(({ id }) => id)

/** Looks for a second and a half, and sees that it took little more, and little memory. */
async function survive(url: string, forMs = 1500): Promise<Report> {
  const before = process.memoryUsage().rss
  const report = await diagnose({ urls: [url], for: forMs })
  expect(report.durationMs).toBeLessThan(11_500)
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
  expect(report.exitCode).toBe(1)
  return report
}

describe('a finding comes of', () => {
  test('a connection that never answers', async () => {
    await using server = await raw(() => {})
    expect(failed(await survive(server.url))).toEqual(['connection/unreachable'])
  })

  test('headers without end', async () => {
    await using server = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      pour(socket, () => `x-${'a'.repeat(1000)}: b\r\n`)
    })
    expect(failed(await survive(server.url))).toEqual(['connection/unreachable'])
  })

  test('an event without end', async () => {
    await using server = await raw((socket) => {
      socket.write(`${head}data: `)
      const piece = Buffer.alloc(64 * 1024, 'x')
      pour(socket, () => piece)
    })
    // It is left at 16 MiB, which a busy machine reads in no second and a half.
    const report = await survive(server.url, 4500)
    expect(failed(report)).toContain('format/oversized')
  })

  test('bytes that are no UTF-8', async () => {
    await using server = await raw((socket) => {
      socket.write(head)
      socket.write(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0xc0, 0x0a, 0x0a]))
    })
    expect(failed(await survive(server.url))).toContain('format/encoding')
  })

  test('a bomb of gzip, for whoever asks', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024, 'data: boom\n\n'))
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      response.write(bomb)
    })
    const report = await survive(server.url)
    expect(failed(report)).toContain('delivery/compressed')
  })

  test('redirects without end', async () => {
    let hops = 0
    await using server = await serve((_request, response) =>
      response.writeHead(302, { location: `/events?${++hops}` }).end(),
    )
    expect(failed(await survive(server.url))).toContain('response/redirect')
  })

  test('a redirect to a file', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    )
    expect(failed(await survive(server.url)).length).toBeGreaterThan(0)
  })

  test('words that would steer the terminal', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(500, { 'content-type': 'text/html' }).end('<title>\u001b]0;evil\u0007\u001b[2J</title>'),
    )
    expect(failed(await survive(server.url))).toEqual(expect.arrayContaining(['response/status']))
  })
})

test('a reset after any byte, every time, is a finding that fails the run', async () => {
  const whole = `${head.replace('\r\n\r\n', '\r\ntransfer-encoding: chunked\r\n\r\n')}c\r\ndata: one\n\n\r\n`
  const diagnoseWith = async (length: number) => {
    await using server = await raw((socket) => {
      socket.write(whole.slice(0, length), () => setTimeout(() => socket.resetAndDestroy(), 5))
    })
    const report = await diagnose({ urls: [server.url], for: 2500 })
    expect(report.complete, `a reset after ${length} bytes`).toBe(true)
    expect(failed(report), `a reset after ${length} bytes`).toContain('connection/unreachable')
    expect(report.exitCode).toBe(1)
  }
  await Promise.all(Array.from({ length: whole.length + 1 }, (_none, length) => diagnoseWith(length)))
}, 60_000)
