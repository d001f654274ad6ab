/**
 * Stays on a stream as a browser would: reconnects after the reconnection time with the last event ID, keeps to where it
 * was redirected, and gives up for good where EventSource does. HTML standard, section 9.2.3.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { type FollowedAnswer, followRedirects, StreamFailure } from '../client/index.js'
import { formatDuration } from '../evidence/duration.js'
import { redactUrl } from '../evidence/redact.js'
import { roundMs } from '../evidence/round-ms.js'
import { toHeaderBytes } from '../sse/last-event-id.js'
import { describeFailure, shown } from './describe.js'
import type { Happening, Stopped, StopReason } from './happening.js'
import { type FollowOptions, type FollowPlan, settleFollow } from './options.js'
import { readAnswer } from './read-answer.js'
import type { Story } from './read-stream.js'

/** A server that asks for no wait at all is not hammered. */
const leastWaitMs = 50
const longestWaitMs = 2 ** 31 - 1

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
      else yield { kind: 'failed', ...moment(), ...describeFailure(outcome) }
      // Who gave the server its time, and heard nothing at all, has seen no stream.
      const isMute = connection === 1 && 'message' in outcome && !plan.signal?.aborted
      return yield isMute ? stopped('no-answer', outcome.message) : stopped(...whyAborted(plan))
    }
    if ('answer' in outcome) {
      const { answer, hops } = outcome
      request = { ...outcome.request, headers: withoutLastEventId(outcome.request.headers) }
      const offsetMs = answer.startedAtMs - (performance.timeOrigin + clock)
      for (const { url, location, status } of hops) {
        const atMs = roundMs(offsetMs) // all came before the request that was answered
        yield { kind: 'redirect', atMs, connection, status, from: redactUrl(url), to: redactUrl(location) }
      }
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

/** The answer, or why there is none. */
async function connect(
  request: FollowPlan['request'],
  story: Story,
  signal: AbortSignal,
): Promise<FollowedAnswer | StreamFailure> {
  const asked = performance.now()
  const resume = story.lastEventId === '' ? [] : [['Last-Event-ID', toHeaderBytes(story.lastEventId)] as const]
  try {
    return await followRedirects({ ...request, headers: [...(request.headers ?? []), ...resume], signal })
  } catch (error) {
    if (error instanceof StreamFailure) return error
    if (!signal.aborted) throw error
    const atMs = performance.now() - asked
    const words = `${redactUrl(request.url)} had not answered after ${formatDuration(roundMs(atMs))}.`
    return new StreamFailure(words, { stage: 'headers', atMs })
  }
}

function whyAborted({ signal, forMs }: FollowPlan): [StopReason, string] {
  if (signal?.aborted) return ['aborted', 'Stopped.']
  return ['time', `${(forMs ?? 0) / 1000} s are over, as long as was asked for.`]
}

function withoutLastEventId(headers: FollowPlan['request']['headers'] = []) {
  return headers.filter(([name]) => name !== 'Last-Event-ID')
}
