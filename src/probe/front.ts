/** What a proxy in front of the app does when one of its ends goes. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StreamRequest } from '../client/index.js'
import type { FrontEvidence } from '../evidence/stream.js'
import { round } from './body.js'
import type { Counter } from './count-streams.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'
import { startWitness, type Witness, type WitnessedStream } from './witness.js'

/** How long the other end is given to notice. */
export const noticeMs = 2000
/** How long a count has to stay the same to be taken for settled. */
const settleMs = 150
/** How long a request may take to come through the proxy. */
const arriveMs = 3000

/**
 * Through the user's proxy, behind which our own server stands.
 *
 * @throws SseCoordError `port-in-use`
 */
export async function lookThroughFront(subject: Subject, via: StreamRequest, port: number): Promise<FrontEvidence> {
  const witness = await startWitness(port)
  try {
    const abort = await leaveAndSee(subject, via, witness)
    if (abort === undefined) {
      const problem = `no request came to 127.0.0.1:${witness.port}; point the proxy to http://127.0.0.1:${witness.port}`
      return { abort: null, disconnect: [], problem }
    }
    const disconnect: FrontEvidence['disconnect'] = []
    for (const how of ['end', 'reset'] as const) {
      const noticedMs = await endAndSee(subject, via, witness, how)
      if (noticedMs !== undefined) disconnect.push({ how, noticedMs, waitedMs: noticeMs })
    }
    return { abort: { noticedMs: abort, waitedMs: noticeMs, how: 'via' }, disconnect, problem: null }
  } finally {
    await witness.close()
  }
}

/** A client that leaves: how long until the app knows? `undefined` where no request came through. */
async function leaveAndSee(subject: Subject, via: StreamRequest, witness: Witness): Promise<number | null | undefined> {
  const client = connectThrough(subject, via)
  try {
    const stream = await witness.nextStream(arriveMs)
    if (!stream) return undefined
    await Promise.race([client.started, sleep(500)])
    client.leave()
    return await timeUntil(stream.gone)
  } finally {
    client.leave()
    await client.ended
  }
}

async function endAndSee(
  subject: Subject,
  via: StreamRequest,
  witness: Witness,
  how: keyof Pick<WitnessedStream, 'end' | 'reset'>,
): Promise<number | null | undefined> {
  const client = connectThrough(subject, via)
  try {
    const stream = await witness.nextStream(arriveMs)
    if (!stream) return undefined
    await Promise.race([client.started, sleep(500)])
    stream[how]()
    return await timeUntil(client.ended)
  } finally {
    client.leave()
    await client.ended
  }
}

function connectThrough(subject: Subject, via: StreamRequest) {
  const stop = new AbortController()
  let sayStarted: () => void = () => {}
  const started = new Promise<void>((resolve) => {
    sayStarted = resolve
  })
  const ended = look({
    request: withHeaders(via, { 'Accept-Encoding': 'identity' }),
    startedAt: subject.startedAt,
    forMs: 30_000,
    signal: AbortSignal.any([subject.signal, stop.signal]),
    onEvent: () => sayStarted(),
  })
  return { started, ended, leave: () => stop.abort() }
}

async function timeUntil(happened: Promise<unknown>): Promise<number | null> {
  const begun = performance.now()
  const inTime = await Promise.race([happened.then(() => true), sleep(noticeMs, false)])
  return inTime ? round(performance.now() - begun) : null
}

type Count = Pick<FrontEvidence, 'abort' | 'problem'>

/** Clients that leave the front, by the app's own count of open streams. A client of the app itself goes before. */
export async function countThroughFront(subject: Subject, origin: StreamRequest, counter: Counter): Promise<Count> {
  try {
    const direct = await leaveAndCount(subject, origin, counter)
    if (direct.problem !== null) return { abort: null, problem: `at the app itself ${direct.problem}` }
    if (direct.noticedMs === null) {
      const problem = `the app itself does not count a client out within ${noticeMs / 1000} s of its leaving: see server/leaks-on-disconnect`
      return { abort: null, problem }
    }
    const { problem, noticedMs } = await leaveAndCount(subject, subject.request, counter)
    if (problem !== null) return { abort: null, problem: `through the front ${problem}` }
    return { abort: { noticedMs, waitedMs: noticeMs, how: 'metrics' }, problem: null }
  } catch (error) {
    if (subject.signal.aborted) return { abort: null, problem: null }
    return { abort: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Opens a stream and leaves it: how long until the app counts one less? */
async function leaveAndCount(
  subject: Subject,
  request: StreamRequest,
  counter: Counter,
): Promise<{ noticedMs: number | null; problem: string | null }> {
  const before = await countSettled(subject, counter)
  const client = connectThrough(subject, request)
  try {
    await Promise.race([client.started, client.ended, sleep(arriveMs)])
    const during = await counter.count()
    client.leave()
    await client.ended
    if (during <= before) {
      return { noticedMs: null, problem: `the app’s count did not rise with a stream: ${before}, then ${during}` }
    }
    const begun = performance.now()
    do {
      await sleep(100, undefined, { signal: subject.signal })
      if ((await counter.count()) < during) return { noticedMs: round(performance.now() - begun), problem: null }
    } while (performance.now() - begun < noticeMs)
    return { noticedMs: null, problem: null }
  } finally {
    client.leave()
    await client.ended
  }
}

/** The count once it stands still: streams that were left a moment ago may still be in it. */
async function countSettled(subject: Subject, counter: Counter): Promise<number> {
  let count = await counter.count()
  for (let waitedMs = 0; waitedMs < noticeMs; waitedMs += settleMs) {
    await sleep(settleMs, undefined, { signal: subject.signal })
    const again = await counter.count()
    if (again === count) break
    count = again
  }
  return count
}
