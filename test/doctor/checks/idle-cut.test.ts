import { expect, test } from 'vitest'
import { idleCut } from '../../../src/doctor/checks/idle-cut.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith, streamOf } from '../../support/stream-evidence.js'

test('a stream that is cut twice after the same silence fails, and one that is cut while busy does not', async () => {
  const { faulty, sound } = await findingsOf('idle/cut', {
    for: 4500,
    faulty: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('retry: 100\n\n')
      setTimeout(() => response.destroy(), 1500)
    },
    sound: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('retry: 100\n\n')
      const timer = setInterval(() => response.write('data: 1\n\n'), 100)
      setTimeout(() => response.destroy(), 1500)
      response.once('close', () => clearInterval(timer))
    },
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^closed after 1\.\d s of silence, \d times$/),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: 'closed, but never while quiet' })
})

test.each([
  [60_010, 'nginx'],
  [55_200, 'Heroku'],
  [9200, 'Bun.serve'],
  [123_000, 'Cloudflare'],
  [240_100, 'Azure load balancer'],
])('a silence of %i ms is told as the time-out of %s', (silenceMs, hop) => {
  const end = {
    how: 'closed' as const,
    atMs: silenceMs + 500,
    silenceMs,
    stage: null,
    code: null,
    detail: null,
    done: false,
  }
  expect(judgeWith(idleCut, 'pass', { end })).toMatchObject({
    state: 'fail',
    measured: expect.stringContaining(`the time-out of ${hop}`),
  })
})

test('a stream that says that it is done is not asked', () => {
  expect(idleCut.judge(streamOf('idle/cut', 'skip')).state).toBe('skip')
})

test('an end that the app said after ten quiet seconds is not told as the act of a hop', () => {
  const headers: [string, string][] = [
    ['content-type', 'text/event-stream'],
    ['transfer-encoding', 'chunked'],
  ]
  const end = { atMs: 11_000, silenceMs: 10_000, stage: null, code: null, detail: null, done: false }
  expect(judgeWith(idleCut, 'pass', { headers, end: { ...end, how: 'closed' } }).state).toBe('unknown')
  expect(judgeWith(idleCut, 'pass', { headers, end: { ...end, how: 'cut' } }).state).toBe('fail')
})

test('a response that the server ends as one is ended, and with a retry, may be meant so', () => {
  const stream = streamOf('idle/cut', 'pass')
  const [first] = stream.watch ?? []
  if (!first) throw new Error('there is no connection')
  const end = { atMs: 2010, silenceMs: 2000, stage: null, code: null, detail: null, done: false }
  const judge = (how: 'closed' | 'cut', retries: typeof first.retries) => {
    const headers: [string, string][] = [
      ['content-type', 'text/event-stream'],
      ['transfer-encoding', 'chunked'],
    ]
    const one = { ...first, headers, retries, end: { ...end, how } }
    return idleCut.judge({ ...stream, watch: [one, one] })
  }
  const retries = [{ atMs: 4, retryMs: 1000 }]
  expect(judge('closed', retries)).toMatchObject({ state: 'fail', severity: 'warning' })
  expect(judge('closed', [])).not.toHaveProperty('severity')
  expect(judge('cut', retries)).not.toHaveProperty('severity')
})

test('the heartbeat that is advised comes before the cut', () => {
  const end = { how: 'cut' as const, stage: null, code: null, detail: null, done: false }
  const stream = streamOf('idle/cut', 'pass')
  const [first] = stream.watch ?? []
  if (!first) throw new Error('there is no connection')
  const after = (silenceMs: number) => {
    const one = {
      ...first,
      headers: [['content-type', 'text/event-stream']] as [string, string][],
      end: { ...end, atMs: silenceMs, silenceMs },
    }
    const verdict = idleCut.judge({ ...stream, watch: [one, one] })
    return verdict.state === 'fail' ? verdict.fixes.map(({ snippet }) => snippet).join('\n') : ''
  }
  expect(after(4100)).toContain("res.write(': hb\\n\\n'), 2000)")
  expect(after(60_000)).toContain("res.write(': hb\\n\\n'), 15_000)")
})
