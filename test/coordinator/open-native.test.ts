/** The native transport over an EventSource against a real server; what the browsers' own do is in test/browser. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test, vi } from 'vitest'

/** What the transport has opened last. */
let opened: EventSource

class WatchedSource extends EventSource {
  constructor(...parameters: ConstructorParameters<typeof EventSource>) {
    super(...parameters)
    opened = this
  }
}

// Captured when the module loads.
Object.assign(globalThis, { EventSource: WatchedSource })
const { nativeTransport } = await import('../../src/coordinator/open-native.js')

/** Serves that text as a stream that stays open or ends, and then that status; counts how often it was asked for. */
async function serve(text: string, ends = false, laterStatus = 200): Promise<{ url: string; asked: () => number }> {
  let asked = 0
  const server = http.createServer((_request, response) => {
    response
      .writeHead(asked++ ? laterStatus : 200, { 'content-type': 'text/event-stream' })
      [ends ? 'end' : 'write'](text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, asked: () => asked }
}

test('a server that refuses to take the stream up again has refused it, though it was open before', async () => {
  const { url, asked } = await serve('retry: 1\ndata: a\n\n', true, 404)
  const states: number[] = []
  const status = await new Promise((resolve) => {
    nativeTransport({ url })('', ['message'], {
      onOpen() {},
      onEvents() {},
      onState: (state) => states.push(state),
      onEnd: (_reason, status) => resolve(status),
    })
  })
  expect([status, states, asked()]).toEqual([-1, [-1], 2])
})

test('a page that cancels its open streams, as window.stop() does, has lost the connection and was not refused', async () => {
  const { url } = await serve('data: a\n\n')
  const status = await new Promise((resolve) => {
    nativeTransport({ url })('', ['message'], {
      onOpen() {},
      onEvents([event]) {
        if (!event) return
        opened.close()
        opened.dispatchEvent(new Event('error'))
      },
      onState() {},
      onEnd: (_reason, status) => resolve(status),
    })
  })
  expect(status).toBe(0)
})

test('the end is not told before what was read is taken', async () => {
  const { url } = await serve('data: a\n\ndata: b\n\n', true)
  const told: string[] = []
  await new Promise<void>((resolve) => {
    nativeTransport({ url, lastEventIdParam: 'after' })('', ['message'], {
      onOpen() {},
      onEvents: async (events) => {
        for (const [, data] of events) {
          await undefined
          told.push(data)
        }
      },
      onState() {},
      onEnd: (reason) => {
        told.push(reason)
        resolve()
      },
    })
  })
  expect(told).toEqual(['a', 'b', 'The connection failed'])
})

test.each([
  ['with a parameter to resume by', { lastEventIdParam: 'after' }],
  ['without one', {}],
])('events whose types are open and error are events, and no states (%s)', async (_how, changes) => {
  const { url, asked } = await serve('event: error\ndata: a\n\nevent: open\ndata\n\ndata: c\n\n')
  const told: string[] = []
  const stream = nativeTransport({ url, ...changes })('', ['message', 'open', 'error'], {
    onOpen: (_origin, resumes) => told.push(`open ${resumes}`),
    onEvents: (events) => told.push(...events.map(([type, data]) => `${type}: ${data}`)),
    onState: (state, reason) => told.push(`${state} ${reason}`),
    onEnd: (reason) => told.push(`end ${reason}`),
  })
  onTestFinished(() => stream.close())
  await vi.waitFor(() => expect(told).toContain('message: c'), { timeout: 20_000 })
  expect(told).toEqual([`open ${'lastEventIdParam' in changes}`, 'error: a', 'open: ', 'message: c'])
  expect(asked()).toBe(1)
})
