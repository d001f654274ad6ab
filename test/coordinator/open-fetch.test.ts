/** The fetch transport reads what an independent parser reads, however the bytes are cut. */
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fetchTransport } from '../../src/coordinator/open-fetch.js'
import type { Plan } from '../../src/coordinator/plan.js'
import { requestFor } from '../../src/coordinator/request.js'
import type { World } from '../../src/coordinator/world.js'

const plan: Plan = {
  channelName: 'test',
  url: 'http://host/events',
  withCredentials: false,
}

/** Opens the transport over an answer, and resolves when it has ended. */
function read(
  answer: (init: RequestInit) => Response,
  lastEventId = '',
  changes: Partial<Plan> = {},
): Promise<{
  events: string[]
  retries: number[]
  end: [reason: string, status: number, retryAfterMs: number]
  requests: RequestInit[]
}> {
  const events: string[] = []
  const retries: number[] = []
  const requests: RequestInit[] = []
  const world = {
    Date,
    fetch: async (_url: string, init: RequestInit) => {
      requests.push(init)
      return answer(init)
    },
  } as unknown as World
  return new Promise((resolve) => {
    fetchTransport(world, { ...plan, ...changes }, requestFor(changes))(lastEventId, [], {
      onOpen() {},
      onState() {},
      onRetry: (ms) => retries.push(ms),
      onEvents: (read) => {
        for (const [type, data, id] of read) if (type) events.push(JSON.stringify([type, data, id]))
      },
      onEnd: (...end) => resolve({ events, retries, end, requests }),
    })
  })
}

function cut(bytes: Uint8Array, cuts: number[]): Response {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let from = 0
      for (const place of [...places, bytes.length]) {
        if (place > from) controller.enqueue(bytes.slice(from, place))
        from = place
      }
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const value = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, ''))
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('data', 'event', 'id', 'other', ''), fc.constantFrom(':', ': ', ''), value)
    .map((parts) => parts.join('')),
  fc.constantFrom('data', 'id', 'event', '', ': comment', 'retry: 70', 'retry: x', 'data:  two blanks'),
)

test('any stream, cut anywhere, is read as eventsource-parser reads it in one piece', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 30 }),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (lines, lineEnd, cuts) => {
        const text = `${lines.join(lineEnd)}${lineEnd}`
        const expected: string[] = []
        const retries: number[] = []
        let lastEventId = ''
        const parser = createParser({
          onEvent({ event, data, id }) {
            if (id !== undefined) lastEventId = id
            expected.push(JSON.stringify([event || 'message', data, lastEventId]))
          },
          onRetry: (ms) => retries.push(ms),
        })
        parser.feed(new TextDecoder().decode(new TextEncoder().encode(text)))
        const result = await read(() => cut(new TextEncoder().encode(text), cuts))
        // An id in a block without data counts for the standard, and for that parser only in blocks with data.
        const [ours, theirs] = [result.events, expected].map((events) =>
          events.map((event) => JSON.stringify((JSON.parse(event) as string[]).slice(0, 2))),
        )
        expect(ours).toEqual(theirs)
        expect(result.retries).toEqual(retries)
      },
    ),
    { numRuns: 500 },
  )
})

test('nothing is read, and no end told, before what was read is taken', async () => {
  const told: string[] = []
  const body = new ReadableStream({
    start(controller) {
      for (const text of ['data: a\n\n', 'data: b\n\n']) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
  const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  const world = { Date, fetch: async () => response } as unknown as World
  await new Promise<void>((resolve) => {
    fetchTransport(world, plan)('', [], {
      onOpen() {},
      onState() {},
      onRetry() {},
      onEvents: async ([event]) => {
        await new Promise((resolve) => setTimeout(resolve))
        told.push(event?.[1] ?? '')
      },
      onEnd: (reason) => {
        told.push(reason)
        resolve()
      },
    })
  })
  expect(told).toEqual(['a', 'b', 'The stream ended'])
})

test('an id outside Latin-1 goes into the header as its bytes', async () => {
  const { requests } = await read(() => cut(new Uint8Array(), []), 'ü☂')
  expect(new Headers(requests[0]?.headers).get('last-event-id')).toBe('\u00c3\u00bc\u00e2\u0098\u0082')
})

test('a refusal says the status, and what the server asks for', async () => {
  const { end } = await read(() => new Response('', { status: 503, headers: { 'retry-after': '7' } }))
  expect(end).toEqual(['The server answered 503', 503, 7000])
})

test('headers that cannot be had are a failed connection', async () => {
  const headers = () => Promise.reject(new Error('no token'))
  const { end, requests } = await read(() => new Response(), '', { headers })
  expect(end).toEqual(['The connection failed: no token', 0, 0])
  expect(requests).toEqual([])
})
