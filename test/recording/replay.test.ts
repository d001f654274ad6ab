import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createReplay,
  createReplayStory,
  packBytes,
  play,
  type Replay,
  readRecording,
} from '../../src/recording/index.js'
import { eventsOf, fileOf, textOf } from './support.js'

/** Steps as they read. */
const told = ({ steps }: Replay) =>
  steps.map((step) => [step.atMs, 'bytes' in step ? textOf(step.bytes) : 'fault' in step ? step.fault : 'end'])

const story = readRecording(
  fileOf(
    {
      at: 10,
      kind: 'open',
      status: 200,
      headers: [
        ['Content-Type', 'text/event-stream'],
        ['Date', 'x'],
        ['X-A', '1'],
      ],
      waitedMs: 10,
    },
    { at: 20, kind: 'chunk', text: 'id: 1\ndata: 1\n\nid: 2\nda' },
    { at: 30, kind: 'chunk', text: 'ta: 2\r\n\r\nid: 3\rdata: 3\r\r' },
    { at: 40, kind: 'fault', fault: 'reset' },
    { at: 50, connection: 2, kind: 'fault', fault: 'refuse', lastEventId: '3' },
    { at: 60, connection: 3, kind: 'open', status: 200, headers: [], lastEventId: '3' },
    { at: 70, kind: 'event', id: '4', data: '4' },
    { at: 90, kind: 'leave' },
  ),
)

test('without an id it plays the first connection, as fast as is asked for', () => {
  const replay = createReplay(story)
  expect(replay).toMatchObject({ begins: 'at-start', connection: 1, headAtMs: 10 })
  expect(replay.head).toEqual({
    status: 200,
    headers: [
      ['Content-Type', 'text/event-stream'],
      ['X-A', '1'],
    ],
  })
  expect(told(replay)).toEqual([
    [10, 'id: 1\ndata: 1\n\nid: 2\nda'],
    [20, 'ta: 2\r\n\r\nid: 3\rdata: 3\r\r'],
    [30, 'reset'],
  ])
  expect(told(createReplay(story, { speed: 10 })).map(([at]) => at)).toEqual([1, 2, 3])
  expect(createReplay(story, { speed: 10 }).headAtMs).toBe(1)
})

test('after an event it goes on in the middle, and keeps the time from there', () => {
  const replay = createReplay(story, { lastEventId: '1' })
  expect(replay).toMatchObject({ begins: 'after-event', connection: 1 })
  expect(told(replay)).toEqual([
    [0, 'id: 2\nda'],
    [10, 'ta: 2\r\n\r\nid: 3\rdata: 3\r\r'],
    [20, 'reset'],
  ])
  expect(told(createReplay(story, { lastEventId: '2' }))[0]).toEqual([0, 'id: 3\rdata: 3\r\r'])
})

test('connections recorded with an id are played to it in turn', () => {
  const told = createReplayStory(story)
  expect(told.next('')).toMatchObject({ connection: 1 })
  expect(told.next('3')).toMatchObject({ connection: 2, head: null, steps: [{ fault: 'reset' }] })
  expect(told.next('3')).toMatchObject({ connection: 3, begins: 'at-start' })
  expect(told.next('3')).toMatchObject({ connection: 2 })
})

test('after the last event a stream that was left open stays open', () => {
  const replay = createReplay(story, { lastEventId: '4' })
  expect(replay).toMatchObject({ connection: 3, begins: 'after-event', steps: [] })
})

test('an id that it does not know plays all from the start, and says so', () => {
  expect(createReplay(story, { lastEventId: 'x' })).toMatchObject({ connection: 1, begins: 'unknown-id' })
})

test('a stream without ids tells its connections one after the other', () => {
  const lines = [1, 2].flatMap((connection) => [
    { at: connection, connection, kind: 'event', data: String(connection) },
    { at: connection, connection, kind: 'end' },
  ])
  const { next } = createReplayStory(readRecording(fileOf(...lines)))
  expect([1, 2, 3].map(() => next(undefined).connection)).toEqual([1, 2, 1])
})

test('a recording without connections, and a speed that is none, are refused', () => {
  expect(() => createReplay(readRecording(fileOf()))).toThrow('The recording holds no connection.')
  for (const speed of [0, -1, Number.NaN]) expect(() => createReplay(story, { speed })).toThrow('speed')
})

test('wherever a stream is cut into chunks, what follows an event is what a reader had still to come', () => {
  const line = fc.constantFrom('id: 1', 'id: 2', 'id: 3', 'data: x', ': c', 'event: e', '', '')
  const end = fc.constantFrom('\n', '\r', '\r\n')
  const stream = fc.array(fc.tuple(line, end), { maxLength: 25 })
  fc.assert(
    fc.property(stream, fc.array(fc.nat(60), { maxLength: 6 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.flat().join(''))
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other), bytes.length]
      const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index], to))
      const recording = readRecording(
        fileOf(...pieces.map((piece, at) => ({ at, kind: 'chunk', ...packBytes(piece) }))),
      )
      const all = eventsOf(bytes)
      for (const id of new Set(all.flatMap(({ hasId, lastEventId }) => (hasId ? [lastEventId] : [])))) {
        const replay = createReplay(recording, { lastEventId: id })
        const rest = Buffer.concat(replay.steps.map((step) => ('bytes' in step ? step.bytes : Buffer.of())))
        expect(replay.begins).toBe('after-event')
        expect(bytes.subarray(bytes.length - rest.length).equals(rest)).toBe(true)
        const left = eventsOf(rest).map(({ type, data }) => [type, data])
        expect(all.slice(all.length - left.length).map(({ type, data }) => [type, data])).toEqual(left)
        const seen = eventsOf(bytes.subarray(0, bytes.length - rest.length))
        expect(seen.length + left.length).toBe(all.length)
      }
    }),
    { numRuns: 500 },
  )
})

test('a step that is due later than a timer can wait is not played at once', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  const played = []
  for await (const step of play({ steps: [{ atMs: 2 ** 32, end: true }] }, { signal: stop.signal })) played.push(step)
  expect(played).toEqual([])
})
