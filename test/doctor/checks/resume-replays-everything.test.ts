import { expect, test } from 'vitest'
import { resumeReplaysEverything } from '../../../src/doctor/checks/resume-replays-everything.js'
import { findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('a server that sends all it has to everybody fails, and one that resumes passes', async () => {
  const history: string[] = []
  const listeners = new Set<(text: string) => void>()
  const timer = setInterval(() => {
    history.push(`id: ${history.length + 1}\ndata: 1\n\n`)
    for (const listener of listeners) listener(history.at(-1) ?? '')
  }, 100)
  const { faulty, sound } = await findingsOf('resume/replays-everything', {
    for: 2500,
    faulty: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`retry: 3000\n\n${history.join('')}`)
      const listener = (text: string) => void response.write(text)
      listeners.add(listener)
      response.once('close', () => listeners.delete(listener))
    },
    sound: steady(),
  })
  clearInterval(timer)
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: expect.stringContaining('the first event of all'),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.each([
  ['over too short a time', 30, 20, 'unknown'],
  ['at once', 600, 90, 'fail'],
  ['in a third of the time, as a busy machine may have it', 600, 200, 'unknown'],
  ['at the pace at which it was watched', 600, 500, 'pass'],
])('in a torrent what is told again %s', (_how, watchedSpanMs, sentAgainMs, state) => {
  const stream = streamOf('resume/replays-everything', 'fail')
  const [first, ...rest] = stream.watch ?? []
  if (!first || !stream.resume) throw new Error('the evidence holds no watch')
  const torrent = { ...first, eventCount: Math.ceil(first.end.atMs) }
  const resume = { ...stream.resume, watchedSpanMs, sentAgainMs }
  const verdict = resumeReplaysEverything.judge({ ...stream, watch: [torrent, ...rest], resume })
  expect(verdict.state).toBe(state)
  if (verdict.state === 'unknown') expect(verdict.reason).toContain('too fast')
})

test('two events that a busy machine brought closer together are no history, and a history of two is told at once', () => {
  const stream = streamOf('resume/replays-everything', 'fail')
  if (!stream.resume) throw new Error('the evidence holds no answer')
  const judge = (sentAgainMs: number) => {
    const resume = { ...stream.resume, watchedSpanMs: 546, sentAgainMs } as typeof stream.resume & object
    return resumeReplaysEverything.judge({ ...stream, resume }).state
  }
  expect([2, 228].map(judge)).toEqual(['fail', 'pass'])
})
