/**
 * `delivery/buffered`: something on the way holds events and lets them go in bursts. Bursts alone are no proof, as an
 * app may write so; proof is what only a buffer does: cut events at its edge, or hold what the app itself sent at once.
 */
import { formatDuration } from '../../evidence/duration.js'
import type { Arrival, Exchange } from '../../evidence/exchange.js'
import type { Timeline } from '../../evidence/report.js'
import type { OriginEvidence, StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor, remedies } from '../remedies/index.js'
import { firstStream, isVerdict, noEvents } from '../watched.js'

const expected = 'each event as it is sent'
const why = 'Users see nothing, and then everything at once. Events that are to warn or to guide come too late.'
/** The silence before a burst that people notice. */
const noticeableMs = 500
/** Delay through the front from which events count as held, and from which as slowed. */
const heldMs = 1000
const slowedMs = 90
/** How many times as late as our own clock events have to be: less is the doing of a machine that has no time. */
const clockShare = 2
/** And the least by which a quarter of the events are late behind a buffer; one hiccup of a network makes a few late. */
const heldQuartileMs = heldMs / 2

export const deliveryBuffered: StreamCheck = {
  id: 'delivery/buffered',
  severity: 'error',
  needs: ['watch', 'origin'],
  judge(stream: StreamEvidence): Verdict {
    const withheld = judgeWithheld(stream)
    if (withheld) return withheld
    if (stream.origin && stream.origin.matched > 0) return judgeAgainstOrigin(stream, stream.origin)
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (exchange.eventCount === 0) return noEvents(stream)
    const bursts = burstsOf(exchange)
    const cut = cutBursts(exchange)
    const timelines = [timelineOf('arrived', exchange)]
    if (cut.length >= 2) {
      const bytes = Math.round(cut.reduce((sum, one) => sum + one.bytes, 0) / cut.length)
      const measured = `${cut.length} times the bytes stopped inside an event, after ${formatDuration(longestOf(cut))} of silence and about ${bytes} bytes at once`
      return { state: 'fail', measured, expected, why, fixes: fixesFor('buffered', exchange), timelines }
    }
    const [only] = cut
    if (only && only.events >= 3 && only.events === exchange.eventCount) {
      const reason = `all ${only.events} events came in one piece of ${only.bytes} bytes that stops inside an event, as where a buffer is full; use a longer --for`
      return { state: 'unknown', reason }
    }
    const [paired] = pairedHeartbeats(exchange, bursts)
    if (paired) {
      const measured = `${paired.comments} heartbeats in one burst after ${formatDuration(paired.silenceMs)} of silence`
      return { state: 'fail', measured, expected, why, fixes: fixesFor('buffered', exchange), timelines }
    }
    if (allAtTheEnd(exchange)) {
      const measured = `${exchange.eventCount} events at once after ${formatDuration(exchange.firstByteMs)}, and then the end`
      return { state: 'fail', measured, expected, why, fixes: fixesFor('buffered', exchange), timelines }
    }
    // What withholds the headers lets them go with the first burst: that, too, came after silence.
    const all = burstsOf(exchange, exchange.connectMs)
    const spread = all.reduce((sum, { events }) => sum + events, 0)
    const size = Math.round(spread / all.length)
    if (all.length >= 2 && spread === exchange.eventCount && size >= 2) {
      const reason = `events come in bursts of about ${size}; the app may write them so: --origin URL compares with the app itself`
      return { state: 'unknown', reason }
    }
    return { state: 'pass', measured: `${exchange.eventCount} events, none held`, expected }
  },
}

function judgeAgainstOrigin({ conditions, watch }: StreamEvidence, delays: OriginEvidence): Verdict {
  const { matched, largestBurst } = delays
  const front = watch?.[0]
  const median = delays.medianDelayMs ?? 0
  const quartile = delays.quartileDelayMs ?? 0
  const largest = delays.largestDelayMs ?? 0
  const measured = `${matched} events: ${formatDuration(median)} later than at the app, a quarter of them ${formatDuration(quartile)} and more, at most ${formatDuration(largest)}`
  const ownMs = (delays.clockLateMs ?? 0) * clockShare
  if (largest >= heldMs && quartile - ownMs >= heldQuartileMs && (largestBurst >= 2 || median >= heldMs)) {
    const held = largestBurst >= 2 ? `${measured}; ${largestBurst} came in one burst` : measured
    return { state: 'fail', measured: held, expected, why, fixes: fixesFor('buffered', front) }
  }
  // On this machine any delay is the front's; elsewhere what all events have in common is the length of the way.
  const wayMs = conditions.loopback ? 0 : (delays.leastDelayMs ?? 0)
  if (quartile - wayMs - ownMs >= slowedMs) {
    const slow = 'Small pieces wait to be joined to larger ones, so that events come late by a beat or two.'
    const fixes = fixesFor('delayed', front, [remedies.haproxy])
    return { state: 'fail', severity: 'warning', measured, expected, why: slow, fixes }
  }
  if (quartile - wayMs >= slowedMs) {
    const reason = `${measured}; but our own clock was late by ${formatDuration(delays.clockLateMs ?? 0)}, as this machine is busy: run it again on a quieter one`
    return { state: 'unknown', reason }
  }
  return { state: 'pass', measured, expected }
}

/** The front gave no headers, or none in time, while the app itself had sent events. */
function judgeWithheld({ watch, origin, conditions }: StreamEvidence): Verdict | undefined {
  const front = watch?.[0]
  if (front?.end.stage !== 'headers' || front.status !== null || !origin || origin.exchange.eventCount === 0) return
  const measured = `nothing in ${formatDuration(conditions.watchMs)}, not even headers, while the app sent ${origin.exchange.eventCount} events`
  return { state: 'fail', measured, expected, why, fixes: fixesFor('buffered', front, [remedies.nginx]) }
}

interface Burst {
  atMs: number
  silenceMs: number
  events: number
  comments: number
  bytes: number
  cuts: boolean
}

/**
 * Three events and more within 50 ms, after a silence that people notice.
 *
 * @param since from when silence counts before the first; when the headers came, unless told otherwise
 */
function burstsOf(exchange: Exchange, since: number | null = exchange.headersMs): Burst[] {
  return gather(exchange, since).filter(
    ({ silenceMs, events, comments }) => silenceMs >= noticeableMs && events + comments >= 3,
  )
}

/**
 * Bytes that stop inside an event, with silence before and after: the edge of a buffer. A large event on a long way comes
 * in flights as well, but these follow each other.
 */
function cutBursts(exchange: Exchange): Burst[] {
  const isNoticed = (burst: Burst | undefined) => burst === undefined || burst.silenceMs >= noticeableMs
  return gather(exchange).filter(
    (burst, index, all) => burst.cuts && burst.bytes >= 1024 && isNoticed(burst) && isNoticed(all[index + 1]),
  )
}

/** Arrivals less than 50 ms apart, as one. */
function gather({ arrivals, headersMs }: Exchange, since: number | null = headersMs): Burst[] {
  const bursts: Burst[] = []
  let last: Arrival | undefined
  for (const arrival of arrivals) {
    const silenceMs = arrival.atMs - (last?.atMs ?? since ?? 0)
    last = arrival
    const { atMs, events, comments, bytes, cuts } = arrival
    const burst = bursts.at(-1)
    if (!burst || silenceMs > 50) bursts.push({ atMs, silenceMs, events, comments, bytes, cuts })
    else {
      burst.events += events
      burst.comments += comments
      burst.bytes += bytes
      burst.cuts = cuts
    }
  }
  return bursts
}

/**
 * Bursts with two heartbeats and more. None where most heartbeats came alone, as one hiccup is no buffer; nor where comments
 * come with the events, always so many to so many: these are no heartbeats.
 */
function pairedHeartbeats({ arrivals }: Exchange, bursts: Burst[]): Burst[] {
  const paired = bursts.filter(({ comments }) => comments >= 2)
  const sum = (some: readonly { comments: number }[]) => some.reduce((total, { comments }) => total + comments, 0)
  const [one, ...others] = bursts
  const isPartOf = (burst: Burst) =>
    burst.events > 0 && burst.comments * (one?.events ?? 0) === burst.events * (one?.comments ?? 0)
  const areNoHeartbeats = others.length > 0 && bursts.every(isPartOf)
  return areNoHeartbeats || sum(paired) <= sum(arrivals) / 2 ? [] : paired
}

/** Not even headers for a second, then three events or more, and the end of the response with them. */
function allAtTheEnd({ headersMs, firstByteMs, connectMs, end, eventCount }: Exchange): boolean {
  if (headersMs === null || firstByteMs === null || end.how === 'left' || end.how === 'full') return false
  return eventCount >= 3 && headersMs - (connectMs ?? 0) >= 1000 && end.atMs - headersMs <= 50
}

function longestOf(bursts: Burst[]): number {
  return Math.max(...bursts.map(({ silenceMs }) => silenceMs))
}

function timelineOf(label: string, exchange: Exchange): Timeline {
  const marks = gather(exchange).map(({ atMs, events }) => ({ atMs, count: events }))
  return { label, spanMs: exchange.end.atMs, marks: marks.filter(({ count }) => count > 0).slice(0, 200) }
}
