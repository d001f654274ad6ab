import http from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { deliveryBuffered } from '../../../src/doctor/checks/delivery-buffered.js'
import type { OriginEvidence } from '../../../src/evidence/stream.js'
import { findingOf, findingsOf } from '../../support/examine.js'
import { judgeWith, streamOf } from '../../support/stream-evidence.js'
import type { Handler } from '../../support/stream-server.js'
import { serve, steady } from '../../support/stream-server.js'

const big = (number: number) => `id: ${number}\ndata: ${'x'.repeat(300)}\n\n`

test('a buffer that cuts events at its edge fails, and the same stream without it passes', async () => {
  const { faulty, sound } = await findingsOf('delivery/buffered', {
    for: 4000,
    faulty: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', server: 'nginx/1.22.1' }).flushHeaders()
      let held = ''
      let number = 0
      const timer = setInterval(() => {
        held += big(++number)
        if (held.length < 4096) return
        response.write(held.slice(0, 4096))
        held = held.slice(4096)
      }, 75)
      response.once('close', () => clearInterval(timer))
    },
    sound: steady({ event: big, everyMs: 75 }),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/times the bytes stopped inside an event, after .* and about 4096 bytes at once/),
    fixes: [{ stack: 'nginx' }],
  })
  expect(faulty.timelines?.[0]?.marks.length).toBeGreaterThan(1)
  expect(sound).toMatchObject({ state: 'pass' })
})

test('bursts that an app may have written so are not known, and --origin knows', async () => {
  const inBursts: Handler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const timer = setInterval(() => response.write('data: 1\n\n'.repeat(4)), 600)
    response.once('close', () => clearInterval(timer))
  }
  await using app = await serve(inBursts)
  const finding = await findingOf('delivery/buffered', app.url, { for: 2000 })
  expect(finding).toMatchObject({ state: 'unknown', reason: expect.stringContaining('--origin URL') })
})

test('bursts are not known either where the headers come with the first of them', async () => {
  await using app = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => response.write('data: 1\n\n'.repeat(4)), 900)
    response.once('close', () => clearInterval(timer))
  })
  const finding = await findingOf('delivery/buffered', app.url, { for: 3000 })
  expect(finding).toMatchObject({ state: 'unknown', reason: expect.stringContaining('bursts of about 4') })
})

test('with the app beside it, events that come late and together fail, and those that come at once pass', async () => {
  const stream = steady({ everyMs: 100 })
  await using app = await serve(stream)
  await using front = await serve((_request, response) => {
    const upstream = http.get(app.url, { agent: false }, (answer) => {
      response.writeHead(200, answer.headers).flushHeaders()
      let held = Buffer.alloc(0)
      answer.on('data', (bytes: Buffer) => {
        held = Buffer.concat([held, bytes])
      })
      const timer = setInterval(() => {
        response.write(held)
        held = Buffer.alloc(0)
      }, 1300)
      response.once('close', () => clearInterval(timer))
    })
    upstream.on('error', () => {})
    response.once('close', () => upstream.destroy())
  })
  const [faulty, sound] = await Promise.all([
    findingOf('delivery/buffered', front.url, { for: 3000, origin: app.origin }),
    findingOf('delivery/buffered', app.url, { for: 3000, origin: app.origin }),
  ])
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/later than at the app.*in one burst/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('a burst that came late once counts once, however many events it has', async () => {
  // One count for all: whoever comes later is not late.
  const open = new Set<http.ServerResponse>()
  let number = 0
  let burst: NodeJS.Timeout | undefined
  const write = (count: number) => {
    let text = ''
    for (let one = 0; one < count; one++) text += `id: ${++number}\ndata: ${number}\n\n`
    for (const response of open) response.write(text)
  }
  const timer = setInterval(write, 100, 1)
  onTestFinished(() => {
    clearTimeout(burst)
    clearInterval(timer)
  })
  await using app = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    burst ??= setTimeout(write, 800, 200)
    open.add(response)
    response.once('close', () => open.delete(response))
  })
  await using front = await serve((_request, response) => {
    const upstream = http.get(app.url, { agent: false }, (answer) => {
      response.writeHead(200, answer.headers).flushHeaders()
      answer.on('data', (bytes: Buffer) => {
        if (bytes.length < 1000) response.write(bytes)
        else setTimeout(() => response.write(bytes), 300)
      })
    })
    upstream.on('error', () => {})
    response.once('close', () => upstream.destroy())
  })
  expect(await findingOf('delivery/buffered', front.url, { for: 2500, origin: app.origin })).toMatchObject({
    state: 'pass',
  })
})

test('a front that withholds even the headers fails when the app is seen to send', async () => {
  await using app = await serve(steady())
  await using front = await serve(() => {})
  expect(await findingOf('delivery/buffered', front.url, { origin: app.origin })).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/not even headers, while the app sent \d+ events/),
  })
})

test('an answer told all at once at its end fails', () => {
  const verdict = judgeWith(deliveryBuffered, 'pass', {
    headersMs: 2400,
    firstByteMs: 2400,
    eventCount: 12,
    arrivals: [{ atMs: 2400, bytes: 900, events: 12, comments: 0, cuts: false }],
    end: { how: 'closed', atMs: 2410, silenceMs: 10, stage: null, code: null, detail: null, done: true },
  })
  expect(verdict).toMatchObject({ state: 'fail', measured: '12 events at once after 2.4 s, and then the end' })
})

test('two heartbeats in one burst fail', () => {
  const arrivals = [{ atMs: 15_000, bytes: 90, events: 1, comments: 2, cuts: false }]
  expect(judgeWith(deliveryBuffered, 'pass', { arrivals })).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^2 heartbeats in one burst/),
  })
})

test.each([
  ['one burst after a hiccup, where all other heartbeats came alone', [1, 1, 1, 1, 3, 1], 0],
  ['comments that come with the events, always as many', [2, 2, 2], 1],
])('%s: no sign of a buffer', (_words, comments, events) => {
  const arrivals = comments.map((count, index) => {
    return { atMs: 1000 * (index + 1), bytes: 60, events, comments: count, cuts: false }
  })
  expect(judgeWith(deliveryBuffered, 'pass', { arrivals, eventCount: 3 }).state).not.toBe('fail')
})

test('heartbeats that come two at a time among events fail, however many events there are', () => {
  const arrivals = [9, 8, 9].map((events, index) => {
    return { atMs: 15_000 * (index + 1), bytes: 400, events, comments: 2, cuts: false }
  })
  expect(judgeWith(deliveryBuffered, 'pass', { arrivals, eventCount: 26 })).toMatchObject({ state: 'fail' })
})

/** What a stream through a front comes to where the app itself was watched beside it. */
function judgeDelays(delays: Partial<OriginEvidence>, loopback: boolean): string {
  const stream = streamOf('delivery/buffered', 'pass')
  const exchange = stream.watch?.[0]
  if (!exchange) throw new Error('there is no connection')
  const none = { medianDelayMs: 2, quartileDelayMs: 4, largestDelayMs: 9, largestBurst: 0 }
  const origin = { exchange, matched: 40, ...none, ...delays }
  return deliveryBuffered.judge({ ...stream, conditions: { ...stream.conditions, loopback }, origin }).state
}

test.each([
  ['on this machine', true, 160, 'fail'],
  ['over a long way, where all come late alike', false, 160, 'pass'],
  ['over a long way, where some come later than others', false, 20, 'fail'],
])('%s a delay of 180 ms is judged by what the way takes', (_where, loopback, leastDelayMs, state) => {
  expect(judgeDelays({ leastDelayMs, quartileDelayMs: 180, largestDelayMs: 190 }, loopback)).toBe(state)
})

test.each([
  [0, 180, 'fail'],
  [40, 180, 'fail'],
  [50, 180, 'unknown'],
  [50, 190, 'fail'],
  [50, 80, 'pass'],
])('where our own clock is late by %d ms, a delay of %d ms is judged by that as well: %s', (clockLateMs, ms, state) => {
  expect(judgeDelays({ clockLateMs, quartileDelayMs: ms, largestDelayMs: ms + 10 }, true)).toBe(state)
})

test('nor is what held events for a second, where our own clock was late by half of that', () => {
  const held = { medianDelayMs: 600, quartileDelayMs: 900, largestDelayMs: 1400, largestBurst: 3 }
  expect([0, 500].map((clockLateMs) => judgeDelays({ ...held, clockLateMs }, true))).toEqual(['fail', 'unknown'])
})

test('one hiccup of the network is no buffer', () => {
  expect(judgeDelays({ largestDelayMs: 1400, largestBurst: 3 }, false)).toBe('pass')
})

test('one piece with all events in it, that stops inside one, is no sign of health', () => {
  const arrivals = [{ atMs: 3700, bytes: 4096, events: 12, comments: 0, cuts: true }]
  expect(judgeWith(deliveryBuffered, 'pass', { arrivals, eventCount: 12 })).toMatchObject({
    state: 'unknown',
    reason: expect.stringMatching(/^all 12 events came in one piece of 4096 bytes/),
  })
})
