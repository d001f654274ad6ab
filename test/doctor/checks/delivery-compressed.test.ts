import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { deliveryCompressed } from '../../../src/doctor/checks/delivery-compressed.js'
import type { Exchange } from '../../../src/evidence/exchange.js'
import type { StreamEvidence } from '../../../src/evidence/stream.js'
import { findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import type { Handler } from '../../support/stream-server.js'

/** Sends each event through gzip, flushed or not. */
const compressing =
  (flushes: boolean): Handler =>
  (request, response) => {
    const wants = /gzip/.test(String(request.headers['accept-encoding']))
    response.writeHead(200, { 'content-type': 'text/event-stream', ...(wants && { 'content-encoding': 'gzip' }) })
    response.flushHeaders()
    const gzip = zlib.createGzip()
    if (wants) gzip.pipe(response)
    const timer = setInterval(() => {
      if (!wants) return response.write('data: 1\n\n')
      gzip.write('data: 1\n\n')
      if (flushes) gzip.flush(zlib.constants.Z_SYNC_FLUSH)
      return true
    }, 100)
    response.once('close', () => clearInterval(timer))
  }

test('a compressor that does not flush fails, and one that does passes', async () => {
  const { faulty, sound } = await findingsOf('delivery/compressed', {
    for: 5000,
    faulty: compressing(false),
    sound: compressing(true),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^gzip: no event in/),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringMatching(/^gzip: Δ/) })
})

/** The evidence of a stream with an event every five seconds, of which the compressed connection has these. */
function withEncoded(change: Partial<Exchange>): StreamEvidence {
  const stream = streamOf('delivery/compressed', 'fail')
  if (!stream.encoded) throw new Error('there is no compressed connection')
  return { ...stream, encoded: { ...stream.encoded, ...change } }
}

test('an event that fell between the two connections is not missed by the second', () => {
  const events = [{ atMs: 4980, type: 'message', id: '2', size: 20 }]
  // Opened 20 ms after the first event had come, and heard of the next with everybody else.
  const verdict = deliveryCompressed.judge(withEncoded({ openedAtMs: 5021, headersMs: 4, events, eventCount: 1 }))
  expect(verdict).toMatchObject({ state: 'pass', measured: 'gzip: Δ 0 ms' })
})

/** An answer to a POST that begins after a while, as that of a model does, and comes word by word. */
const answering =
  (flushes: boolean, thinkMs: (nth: number) => number): Handler =>
  (request, response) => {
    const isZipped = /gzip/.test(String(request.headers['accept-encoding']))
    response.writeHead(200, { 'content-type': 'text/event-stream', ...(isZipped && { 'content-encoding': 'gzip' }) })
    response.flushHeaders()
    const gzip = zlib.createGzip()
    if (isZipped) gzip.pipe(response)
    let words = 0
    const tell = () => {
      const out = isZipped ? gzip : response
      if (++words > 20) out.end('data: [DONE]\n\n')
      else out.write('data: word\n\n')
      if (isZipped && flushes) gzip.flush(zlib.constants.Z_SYNC_FLUSH)
      if (words <= 20) setTimeout(tell, 80)
    }
    setTimeout(tell, thinkMs(isZipped ? 2 : 1))
  }

test('an answer to a POST may take its time to begin, and is judged by how its words come', async () => {
  const { faulty, sound } = await findingsOf('delivery/compressed', {
    for: 12_000,
    method: 'POST',
    body: '{}',
    faulty: answering(false, () => 100),
    sound: answering(true, (nth) => (nth === 1 ? 100 : 3300)),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^gzip: 21 events in 1 pieces, uncompressed 21 in \d+$/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('of an answer that has not begun nothing is said before it is overdue', () => {
  const end = { how: 'left' as const, silenceMs: 0, stage: null, code: null, detail: null, done: false }
  const judge = (atMs: number) => {
    const stream = withEncoded({ events: [], eventCount: 0, end: { ...end, atMs } })
    return deliveryCompressed.judge({ ...stream, conditions: { ...stream.conditions, method: 'POST' } })
  }
  const firstMs = streamOf('delivery/compressed', 'fail').watch?.[0]?.events[0]?.atMs ?? 0
  expect(judge(firstMs + 4000)).toMatchObject({ state: 'unknown' })
  expect(judge(firstMs + 9000)).toMatchObject({ state: 'fail' })
})

test('a coding named none is none', () => {
  const headers: [string, string][] = [
    ['content-type', 'text/event-stream'],
    ['content-encoding', 'none'],
  ]
  expect(deliveryCompressed.judge(withEncoded({ headers }))).toMatchObject({
    state: 'pass',
    measured: 'not compressed',
  })
})

test('a compressor that holds even the headers fails, unless the server answers nobody else either', () => {
  const end = { how: 'left' as const, atMs: 9000, silenceMs: null, stage: null, code: null, detail: null, done: false }
  const silent = withEncoded({ status: null, headersMs: null, headers: [], end })
  expect(deliveryCompressed.judge(silent).state).toBe('unknown')
  const { resume } = streamOf('resume/ignored', 'fail')
  if (!resume) throw new Error('there is no answer to a resuming client')
  expect(deliveryCompressed.judge({ ...silent, resume })).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^no answer in 9 s, while \d events came uncompressed$/),
  })
})
