/**
 * What a server says when it plays a recording back: pure, a head and a sequence of timed steps. `play` makes it happen
 * in real time.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { SseCoordError } from '../error.js'
import { findResumption } from './find-resumption.js'
import type { RecordedConnection, Recording } from './recording.js'

/** One thing to do. */
export type ReplayStep = {
  /** Milliseconds from the head. */
  atMs: number
} & ({ bytes: Uint8Array } | { fault: 'cut' | 'reset' | 'black-hole' } | { end: true })

/** One connection, to be played to one client. */
export interface Replay {
  /** `null`: the connection is to be reset before any answer (`refuse`), or never answered (`black-hole`). */
  head: { status: number; headers: [name: string, value: string][] } | null
  /** Milliseconds from the request to the head. */
  headAtMs: number
  /** In the order of their times. Without a last step that ends it the connection stays open and silent. */
  steps: readonly ReplayStep[]
  /** Where it begins: at a connection's start, after an event, or, the id being unknown, at the start all the same. */
  begins: 'at-start' | 'after-event' | 'unknown-id'
  /** The number of the recorded connection. */
  connection: number
}

/** Options of `createReplay`. */
export interface ReplayOptions {
  /** How many times as fast. Default: 1. */
  speed?: number
  /** The client's `Last-Event-ID`, decoded. Default: none. */
  lastEventId?: string | undefined
  /** Which of several connections that were recorded with this last event ID, from 1. Default: the first. */
  turn?: number
}

/** Hop by hop, told anew for each answer, or harmful on this machine. */
const notReplayed = new Set(
  (
    'connection keep-alive proxy-connection transfer-encoding upgrade trailer te content-length date set-cookie ' +
    'strict-transport-security alt-svc'
  ).split(' '),
)

/**
 * What to answer to a client that asks with `lastEventId`: the connection that was recorded with that id, else what came
 * after that event, else, when the recording does not know it, all from the start.
 *
 * @throws SseCoordError `bad-option` for a speed that is none, `bad-recording` for a recording without connections
 */
export function createReplay(recording: Recording, options: ReplayOptions = {}): Replay {
  const { speed = 1, lastEventId = '', turn = 1 } = options
  if (!(speed > 0)) throw new SseCoordError('bad-option', `speed is a number above zero, not ${speed}`)
  const { connections } = recording
  const asked = lastEventId === '' ? null : lastEventId
  const recorded = connections.filter((connection) => connection.lastEventId === asked)
  const exact = recorded[(turn - 1) % recorded.length]
  if (exact) return replayOf(exact, connections.indexOf(exact) + 1, exact.chunks, { speed, begins: 'at-start' })

  const found = asked === null ? undefined : findResumption(recording, asked)
  const [first] = connections
  const connection = found?.connection ?? first
  if (!connection) throw new SseCoordError('bad-recording', 'The recording holds no connection.')
  const number = connections.indexOf(connection) + 1
  if (!found) return replayOf(connection, number, connection.chunks, { speed, begins: 'unknown-id' })
  return replayOf(connection, number, found.chunks, { speed, begins: 'after-event', from: found.fromMs })
}

/** Plays recordings to one client after another. */
export interface ReplayStory {
  /** The answer to the next request. */
  next(lastEventId: string | undefined): Replay
}

/**
 * Like `createReplay`, and where several connections were recorded with one last event ID (none, in a stream without
 * ids) they are played in turn: the story is told on, and after its end again.
 */
export function createReplayStory(recording: Recording, { speed = 1 }: { speed?: number } = {}): ReplayStory {
  const turns = new Map<string | null, number>()
  for (const { lastEventId } of recording.connections) turns.set(lastEventId, 0)
  return {
    next(lastEventId) {
      const key = lastEventId || null
      const before = turns.get(key)
      // Only ids of the recording are counted: clients must not fill the memory with theirs.
      if (before !== undefined) turns.set(key, before + 1)
      return createReplay(recording, { speed, lastEventId, turn: (before ?? 0) + 1 })
    },
  }
}

/** A recording may last a month, and longer when it is played slowly; a timer that is told to wait longer fires at once. */
const longestWaitMs = 2 ** 31 - 1

/**
 * Yields each step when it is due. Counted from one start, so that lateness does not add up.
 *
 * @param options.signal ends it in silence, as when the client has left
 */
export async function* play(
  { steps }: Pick<Replay, 'steps'>,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<ReplayStep, void, undefined> {
  const start = performance.now()
  for (const step of steps) {
    // Node's timers have no fractions, and fire late rather than early.
    const left = () => Math.floor(start + step.atMs - performance.now())
    for (let ms = left(); ms > 0 && !signal?.aborted; ms = left()) {
      await wait(Math.min(ms, longestWaitMs), undefined, signal ? { signal } : {}).catch(() => {})
    }
    if (signal?.aborted) return
    yield step
  }
}

function replayOf(
  connection: RecordedConnection,
  number: number,
  chunks: RecordedConnection['chunks'],
  { speed, begins, from = 0 }: { speed: number; begins: Replay['begins']; from?: number },
): Replay {
  const due = (atMs: number) => Math.max(0, atMs - from) / speed
  const steps: ReplayStep[] = chunks.map(({ atMs, bytes }) => ({ atMs: due(atMs), bytes }))
  const { kind, atMs } = connection.end
  if (kind === 'end') steps.push({ atMs: due(atMs), end: true })
  else if (kind === 'cut' || kind === 'reset' || kind === 'black-hole') steps.push({ atMs: due(atMs), fault: kind })
  else if (kind === 'refuse') steps.push({ atMs: 0, fault: 'reset' })
  const hasHead = kind !== 'refuse' && !(kind === 'black-hole' && chunks.length === 0)
  const headers = connection.headers.filter(([name]) => !notReplayed.has(name.toLowerCase()))
  return {
    head: hasHead ? { status: connection.status, headers } : null,
    headAtMs: connection.waitedMs / speed,
    steps,
    begins,
    connection: number,
  }
}
