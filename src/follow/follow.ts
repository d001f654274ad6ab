/**
 * Stays on a stream as a browser would: reconnects after the reconnection time with the last event ID, keeps to where it
 * was redirected, and gives up for good where EventSource does. HTML standard, section 9.2.3.
 */
import { setTimeout as wait } from 'node:timers/promises'
import {
  createDecoder,
  type FollowedAnswer,
  followRedirects,
  headerOf,
  type StreamAnswer,
  StreamFailure,
} from '../client/index.js'
import { SseCoordError } from '../error.js'
import { redactHeaders, redactUrl } from '../evidence/redact.js'
import { roundMs } from '../evidence/round-ms.js'
import { encodeLastEventId } from '../sse/last-event-id.js'
import type { Failed, Happening, Opened, Stopped, StopReason } from './happening.js'
import { judgeHead } from './judge-head.js'
import { type FollowOptions, type FollowPlan, settleFollow } from './options.js'
import { readStream, type Story } from './read-stream.js'

/** A server that asks for no wait at all is not hammered. */
const leastWaitMs = 50
const longestWaitMs = 2 ** 31 - 1
/** An error page is read for so long, and so far. */
const refusedBodyMs = 1000
const refusedBodyBytes = 65_536

/**
 * Follows a stream until it stops; the last happening is `stopped`. Leaving the loop early closes the connection.
 *
 * @throws SseCoordError `bad-option` for a request that cannot be sent
 */
export async function* follow(
  url: string | URL,
  options: FollowOptions = {},
): AsyncGenerator<Happening, void, undefined> {
  const plan = settleFollow(url, options)
  const clock = performance.now()
  const stop = new AbortController()
  const timer = plan.forMs === null ? undefined : setTimeout(() => stop.abort(), plan.forMs)
  const signal = plan.signal ? AbortSignal.any([plan.signal, stop.signal]) : stop.signal
  try {
    yield* connections(plan, signal, clock)
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
}

async function* connections(
  plan: FollowPlan,
  signal: AbortSignal,
  clock: number,
): AsyncGenerator<Happening, void, undefined> {
  const { lastEventId, retryMs } = plan
  const story: Story = { lastEventId, retryMs, events: 0, comments: 0, bytes: 0, lastEventAtMs: null }
  const now = () => roundMs(performance.now() - clock)
  let { request } = plan

  for (let connection = 1; ; connection++) {
    const moment = () => ({ atMs: now(), connection })
    const stopped = (reason: StopReason, message: string, hint: string | null = null): Stopped => {
      const { events, comments, bytes } = story
      return { kind: 'stopped', ...moment(), reason, message, hint, events, comments, bytes }
    }
    const isOver = () => (signal.aborted ? stopped(...whyAborted(plan)) : undefined)
    yield { kind: 'connecting', ...moment(), method: request.method ?? 'GET', ...shown(request.url, story) }

    const outcome = await connect(request, story, signal)
    if (signal.aborted) {
      if ('answer' in outcome) await outcome.answer.close()
      return yield stopped(...whyAborted(plan))
    }
    if ('answer' in outcome) {
      const { answer, hops } = outcome
      request = { ...outcome.request, headers: withoutLastEventId(outcome.request.headers) }
      for (const { url, location, status } of hops) {
        yield { kind: 'redirect', ...moment(), status, from: redactUrl(url), to: redactUrl(location) }
      }
      const offsetMs = answer.startedAtMs - (performance.timeOrigin + clock)
      const end = yield* readAnswer(answer, story, { plan, connection, offsetMs })
      const over = isOver()
      if (over) return yield over
      if (end) return yield stopped(end.reason, end.message, end.hint)
    } else {
      yield { kind: 'failed', ...moment(), ...describeFailure(outcome) }
      if (connection === 1) return yield stopped('no-answer', outcome.message, outcome.hint ?? null)
    }
    if (!plan.reconnects) return yield stopped('ended', 'The stream ended.')
    const waitMs = Math.min(Math.max(story.retryMs, leastWaitMs), longestWaitMs)
    yield { kind: 'waiting', ...moment(), waitMs, lastEventId: story.lastEventId || null }
    await wait(waitMs, undefined, { signal }).catch(() => {})
    const over = isOver()
    if (over) return yield over
  }
}

/** One answer, from its head to its end. Returns why there shall be no further one. */
async function* readAnswer(
  answer: StreamAnswer,
  story: Story,
  { plan, connection, offsetMs }: { plan: FollowPlan; connection: number; offsetMs: number },
): AsyncGenerator<Happening, { reason: StopReason; message: string; hint: string | null } | undefined, undefined> {
  const at = (ms: number) => roundMs(offsetMs + ms)
  try {
    const { headersMs } = answer.times
    yield { kind: 'open', atMs: at(headersMs), connection, ...describeHead(answer) }
    const refusal = judgeHead(answer)
    if (refusal) {
      yield* readRefused(answer, connection, offsetMs)
      return refusal
    }
    const encoding = headerOf(answer.headers, 'content-encoding')
    const isReadable = createDecoder(encoding) !== undefined
    if (!isReadable) {
      return {
        reason: 'encoding',
        message: `The stream is encoded as ${encoding}, which cannot be read here.`,
        hint: null,
      }
    }
    let lastByteMs = at(headersMs)
    const { maxDataLength } = plan
    for await (const happening of readStream(answer, story, { connection, offsetMs, maxDataLength })) {
      lastByteMs = happening.atMs
      yield rounded(happening)
      if (story.events >= plan.count && happening.kind === 'event') {
        return { reason: 'count', message: `${story.events} events came, as many as were asked for.`, hint: null }
      }
    }
    const { kind: how, code, atMs, trailers } = await answer.ending
    const [ageMs, silentMs] = [roundMs(atMs - headersMs), roundMs(at(atMs) - lastByteMs)]
    yield { kind: 'ended', atMs: at(atMs), connection, how, code, ageMs, silentMs, trailers }
    return undefined
  } catch (error) {
    if (!(error instanceof SseCoordError) || error.code !== 'bad-encoding') throw error
    return { reason: 'encoding', message: error.message, hint: error.hint ?? null }
  } finally {
    await answer.close()
  }
}

/** The beginning of a body that is no stream, for those who keep bytes. */
async function* readRefused(
  answer: StreamAnswer,
  connection: number,
  offsetMs: number,
): AsyncGenerator<Happening, void, undefined> {
  const timer = setTimeout(() => void answer.close(), refusedBodyMs)
  let left = refusedBodyBytes
  try {
    for await (const { atMs, bytes } of answer.chunks) {
      yield { kind: 'chunk', atMs: roundMs(offsetMs + atMs), connection, bytes: bytes.subarray(0, left) }
      left -= bytes.length
      if (left <= 0) return
    }
  } finally {
    clearTimeout(timer)
  }
}

/** The answer, or why there is none. */
async function connect(
  request: FollowPlan['request'],
  story: Story,
  signal: AbortSignal,
): Promise<FollowedAnswer | StreamFailure> {
  const resume = story.lastEventId === '' ? [] : [['Last-Event-ID', encodeLastEventId(story.lastEventId)] as const]
  try {
    return await followRedirects({ ...request, headers: [...(request.headers ?? []), ...resume], signal })
  } catch (error) {
    if (error instanceof StreamFailure) return error
    if (signal.aborted) return new StreamFailure('stopped', { stage: 'request', atMs: 0 })
    throw error
  }
}

function whyAborted({ signal, forMs }: FollowPlan): [StopReason, string] {
  if (signal?.aborted) return ['aborted', 'Stopped.']
  return ['time', `${(forMs ?? 0) / 1000} s are over, as long as was asked for.`]
}

function withoutLastEventId(headers: FollowPlan['request']['headers'] = []) {
  return headers.filter(([name]) => name !== 'Last-Event-ID')
}

function shown(url: URL, { lastEventId }: Story): { url: string; lastEventId: string | null } {
  return { url: redactUrl(url), lastEventId: lastEventId === '' ? null : lastEventId }
}

function describeHead(answer: StreamAnswer): Omit<Opened, 'kind' | 'atMs' | 'connection'> {
  const { status, statusText, httpVersion, alpn, tls, remote, times } = answer
  const headers = redactHeaders(answer.headers)
  const { dnsMs, connectMs, tlsMs, headersMs } = times
  const round = (ms: number | null) => (ms === null ? null : roundMs(ms))
  return {
    url: redactUrl(answer.url),
    ...{ status, statusText, httpVersion, headers, alpn, tls, remote },
    times: {
      dnsMs: round(dnsMs),
      connectMs: roundMs(connectMs),
      tlsMs: round(tlsMs),
      headersMs: roundMs(headersMs),
    },
  }
}

function describeFailure(failure: StreamFailure): Pick<Failed, 'stage' | 'reason' | 'message' | 'hint'> {
  return { stage: failure.stage, reason: failure.reason, message: failure.message, hint: failure.hint ?? null }
}

function rounded(happening: Happening): Happening {
  const atMs = roundMs(happening.atMs)
  if (happening.kind !== 'event' || happening.gapMs === null) return { ...happening, atMs }
  return { ...happening, atMs, gapMs: roundMs(happening.gapMs) }
}
