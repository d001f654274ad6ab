import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { record } from '../../src/follow/index.js'
import { readRecording } from '../../src/recording/index.js'
import { startMock } from './start-mock.js'

/** Every connection's id to resume after, and its bytes. */
function storyOf(file: string) {
  return readRecording(readFileSync(file)).connections.map(({ lastEventId, status, chunks, end }) => ({
    lastEventId,
    status,
    bytes: Buffer.concat(chunks.map(({ bytes }) => bytes)).toString('latin1'),
    end: end.kind,
  }))
}

test('record, play and record again gives the same bytes over all connections of the story', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-story-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [first, second] = [path.join(folder, 'first.ssecast'), path.join(folder, 'second.ssecast')]
  const source = await startMock({
    everyMs: 10,
    retryMs: 20,
    payload: '{"n":{{seq}},"ü":"{{uuid}}"}',
    faults: ['cut@event=3,connection=1', 'slice:7', 'close@event=4,connection=2', 'lone-cr'],
  })
  await record(`${source.url}/events`, { file: first, count: 12 })
  const recorded = storyOf(first)
  expect(recorded.map(({ end }) => end)).toEqual(['cut', 'end', 'leave'])

  const mock = await startMock({ recording: first })
  await record(`${mock.url}/events`, { file: second, count: 12 })
  const again = storyOf(second)
  expect(again.slice(0, 2)).toEqual(recorded.slice(0, 2))
  // The last one is left by whoever records, which is when its count is full.
  const [last, lastAgain] = [recorded.at(-1)?.bytes ?? '', again.at(-1)?.bytes ?? '']
  const shared = Math.min(last.length, lastAgain.length)
  expect(shared).toBeGreaterThan(100)
  expect(lastAgain.slice(0, shared)).toBe(last.slice(0, shared))
  expect(again.map(({ lastEventId }) => lastEventId)).toEqual(recorded.map(({ lastEventId }) => lastEventId))
})
