import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openPrompt } from '../../src/cli/live/prompt.js'
import { formatProxyScreen, type ProxyScreen } from '../../src/cli/live/proxy-screen.js'
import type { OriginSnapshot, StreamSnapshot } from '../../src/index.js'
import { createPen, visibleWidth } from '../../src/report/index.js'

const stream = (changes: Partial<StreamSnapshot> = {}): StreamSnapshot => ({
  number: 14,
  url: '/api/events',
  page: 'http://127.0.0.1:8080/dashboard',
  openedAt: 0,
  closedAt: null,
  status: 200,
  events: 212,
  bytes: 18_432,
  lastEventId: '8841',
  lastEventAt: 0,
  largestGapMs: 1200,
  heartbeatMs: 15_000,
  retryMs: null,
  comments: 5,
  ...changes,
})

const origin = (changes: Partial<OriginSnapshot> = {}): OriginSnapshot => ({
  origin: 'http://127.0.0.1:8080',
  sockets: 6,
  streaming: 6,
  busy: 0,
  idle: 0,
  mostInUse: 6,
  streams: Array.from({ length: 6 }, (_, index) => stream({ number: 14 + index })),
  ...changes,
})

const screen = (origins: OriginSnapshot[], changes: Partial<ProxyScreen> = {}): ProxyScreen => ({
  heading: ['http://127.0.0.1:8080 → http://localhost:3000', 'dashboard http://127.0.0.1:8081'],
  snapshot: { at: 0, origins },
  faults: [],
  injecting: false,
  typed: null,
  hasKeys: true,
  redactUrl: (url) => url,
  ...changes,
})

const plain = createPen({ color: false, unicode: true })

test('six streams on six connections', () => {
  const lines = formatProxyScreen(screen([origin()], { faults: ['1 idle-cut:60s@path=/api/presence'] }), 79, 24, plain)
  expect(lines).toMatchInlineSnapshot(`
    [
      "http://127.0.0.1:8080 → http://localhost:3000",
      "dashboard http://127.0.0.1:8081",
      "",
      "127.0.0.1:8080 ■■■■■■ 6 of 6 held by streams: the next request waits",
      "  #14  /api/events  212 ev  18 kB  id 8841  gap 1.2 s  hb 15 s  /dashboard",
      "  #15  /api/events  212 ev  18 kB  id 8841  gap 1.2 s  hb 15 s  /dashboard",
      "  #16  /api/events  212 ev  18 kB  id 8841  gap 1.2 s  hb 15 s  /dashboard",
      "  #17  /api/events  212 ev  18 kB  id 8841  gap 1.2 s  hb 15 s  /dashboard",
      "  #18  /api/events  212 ev  18 kB  id 8841  gap 1.2 s  hb 15 s  /dashboard",
      "  #19  /api/events  212 ev  18 kB  id 8841  gap 1.2 s  hb 15 s  /dashboard",
      "",
      "faults: 1 idle-cut:60s@path=/api/presence",
      "q quit · f faults · i inject: off · h HAR",
    ]
  `)
})

test.each([
  [{ streaming: 5, busy: 0, idle: 1 }, '5 of 6 held by streams: one is left for all else'],
  [{ streaming: 4, busy: 2 }, '6 of 6 in use, 4 by streams: the next request waits'],
  [{ streaming: 1, busy: 2, idle: 3 }, '1 held by streams, 2 busy, 3 idle'],
  [{ streaming: 7, sockets: 7 }, '1 beyond: of another client'],
  [{ waiting: 3 }, '3 wait, held back by --emulate-limit'],
  [{ webSockets: 1 }, '1 WebSocket, which do not count'],
  [
    { demand: { inFlight: 8, mostInFlight: 9, wouldWait: 2, wouldHaveWaited: 3, longestWaitMs: 10 }, sockets: 1 },
    'over HTTP/1.1 2 would wait',
  ],
])('%j is told in words', (changes, words) => {
  const lines = formatProxyScreen(screen([origin({ streams: [], ...changes })]), 200, 24, plain)
  expect(lines.join('\n')).toContain(words)
})

test('no line is wider than the screen and none more than it has rows, whatever passes', () => {
  const anyStream = fc.record({
    number: fc.nat(),
    url: fc.string({ maxLength: 300, unit: 'grapheme' }),
    page: fc.option(fc.webUrl()),
    lastEventId: fc.option(fc.string({ maxLength: 50 })),
    largestGapMs: fc.option(fc.nat()),
    heartbeatMs: fc.option(fc.nat()),
    events: fc.nat(),
    bytes: fc.nat(),
    reconnects: fc.nat(9),
  })
  fc.assert(
    fc.property(
      fc.array(anyStream, { maxLength: 40 }),
      fc.integer({ min: 40, max: 200 }),
      fc.integer({ min: 12, max: 60 }),
      fc.boolean(),
      fc.string({ maxLength: 300 }),
      (streams, width, rows, unicode, typed) => {
        const pen = createPen({ color: false, unicode })
        const origins = [origin({ streams: streams.map(stream) }), origin({ origin: `https://${'x'.repeat(90)}.test` })]
        const lines = formatProxyScreen(screen(origins, { typed }), width, rows, pen)
        expect(Math.max(...lines.map(visibleWidth))).toBeLessThanOrEqual(width)
        expect(lines.length).toBeLessThanOrEqual(rows)
        expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f]/)
      },
    ),
  )
})

test('a line is typed, mended, given up', () => {
  const prompt = openPrompt()
  for (const key of ['a', 'b', 'backspace', 'c', '\u0007', 'tab']) expect(prompt.press(key)).toBeUndefined()
  expect(prompt.text).toBe('ac')
  expect(prompt.press('enter')).toBe('ac')
  expect(openPrompt().press('escape')).toBeNull()
})

test('origins whose connections have all closed are no reason to say that no request has come', () => {
  const gone = { sockets: 0, streaming: 0, streams: [] }
  const linesOf = (...origins: OriginSnapshot[]) => formatProxyScreen(screen(origins), 79, 24, plain)[3]
  expect(linesOf()).toBe('no request yet')
  expect(linesOf(origin(gone))).toBe('127.0.0.1:8080 □□□□□□ no connection')
  expect(linesOf(origin(gone), origin({ ...gone, origin: 'http://localhost:8080' }))).toBe('no connection is open')
})
