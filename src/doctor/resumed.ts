/** How a server went on when it was asked to resume; shared by the checks of resuming. */
import type { Exchange } from '../evidence/exchange.js'
import type { ResumeEvidence, StreamEvidence } from '../evidence/stream.js'
import type { Verdict } from './check.js'
import { isVerdict, lastingStream, notLookedAt } from './watched.js'

/**
 * `successor`: with the very next event. `history`: with the first of all, and the rest at once. `anew`: with ids that
 * begin again at live pace. `repeated`: with one that had been seen, from where it goes on without a hole.
 * `hole`: later. `silent`: with nothing. `refused`: not at all.
 */
export interface Resumed {
  /** The first connection of the watch. */
  exchange: Exchange
  resume: ResumeEvidence
  how: 'successor' | 'history' | 'anew' | 'repeated' | 'hole' | 'silent' | 'refused'
  /** The id of the first event. */
  began: string
  /** With `hole`, where it can be counted. */
  lost: number | null
}

/** Answers by which a server says that it has had enough of us, and nothing of resuming. */
const busy = [408, 425, 429, 503]

/** The outcome, or the verdict where there is none. */
export function resumedAt(stream: StreamEvidence): Resumed | Verdict {
  const exchange = lastingStream(stream)
  if (isVerdict(exchange)) return exchange
  const { resume, watch = [] } = stream
  if (!resume) return notAsked(exchange)
  const { status } = resume.exchange
  if (status === null || busy.includes(status)) {
    const answer = status === null ? 'no answer' : `a ${status}`
    return { state: 'unknown', reason: `another connection got ${answer}: does the server serve one at a time?` }
  }
  const outcome = (how: Resumed['how'], began = '', lost: number | null = null): Resumed => ({
    exchange,
    resume,
    how,
    began,
    lost,
  })
  if (status !== 200) return outcome('refused')
  if (resume.first.length === 0) {
    const firstEventMs = exchange.events[0]?.atMs ?? 0
    if (resume.waitedMs >= firstEventMs * 0.9) return outcome('silent')
    return {
      state: 'unknown',
      reason: 'the stream is too quiet to wait for an answer in this time; use a longer --for',
    }
  }
  if (beginsWithSnapshot(exchange, resume)) {
    const type = resume.first[0]?.type
    return { state: 'skip', reason: `each connection begins with a ${type}, which stands for all that came before` }
  }
  // What was never watched is a greeting, or from before the watch.
  const began = resume.first.find(({ index }) => index !== null)
  const { sentIndex } = resume
  if (!began || began.index === null) return fromNowhere(exchange, resume, watch, outcome)
  if (began.index === sentIndex + 1) return outcome('successor', began.id)
  if (began.index > sentIndex) return outcome('hole', began.id, began.index - sentIndex - 1)
  // The named event itself, or a few before it: a history that is cut coarsely.
  if (began.index > 0) return outcome('repeated', began.id)
  // What every connection begins with, and then the news.
  const news = resume.first.find(({ index }) => index !== null && index > sentIndex)
  if (news?.index != null && !resume.first.some(({ index }) => index === sentIndex)) {
    const lost = news.index - sentIndex - 1
    return lost === 0 ? outcome('repeated', began.id) : outcome('hole', news.id, lost)
  }
  return toldAgain(exchange, resume, (how) => outcome(how, began.id))
}

function notAsked({ events, eventCount }: Exchange): Verdict {
  const ids = events.flatMap(({ id }) => id ?? [])
  if (ids.length === 0 && eventCount > 0) return { state: 'skip', reason: 'no ids to resume by: see resume/no-ids' }
  const different = new Set(ids).size
  if (different === 1 && ids.length > 2) return { state: 'skip', reason: 'all have one id: see resume/no-ids' }
  if (different < 3) return { state: 'unknown', reason: 'fewer than three events with ids came; use a longer --for' }
  return notLookedAt
}

/** Nothing of the answer had been watched. */
function fromNowhere(
  exchange: Exchange,
  resume: ResumeEvidence,
  watch: readonly Exchange[],
  outcome: (how: Resumed['how'], began: string) => Resumed,
): Resumed | Verdict {
  const [first] = resume.first
  const began = first?.id ?? ''
  if (resume.sentAgainMs !== null) return toldAgain(exchange, resume, (how) => outcome(how, began))
  const last = watch.at(-1)
  const watchEndMs = last ? last.openedAtMs + last.end.atMs : 0
  const isLater = resume.exchange.openedAtMs + (first?.atMs ?? 0) > watchEndMs
  if (isLater && countsUp(resume.sentId, began)) return outcome('hole', began)
  const reason = isLater
    ? 'what came then was sent after the watch, which did not see it; use a longer --for'
    : 'on another connection events have other ids and other data, so that nothing can be compared'
  return { state: 'unknown', reason }
}

function countsUp(sent: string, began: string): boolean {
  return /^\d{1,15}$/.test(sent) && /^\d{1,15}$/.test(began) && Number(began) > Number(sent)
}

/** Whether one type opens every connection and comes at no other time: it tells the whole state. */
function beginsWithSnapshot({ events }: Exchange, { first }: ResumeEvidence): boolean {
  const [opening, ...others] = events
  if (!opening || others.length === 0 || first[0]?.type !== opening.type) return false
  return others.every(({ type }) => type !== opening.type)
}

/** In a torrent, over less than this a busy machine, and not the server, makes the pace. */
const shortestPaceMs = 500
/** A history is told in no more than this share of the time that it took to watch; in a torrent in less than that. */
const mostOfSpan = 1 / 2
const mostOfTorrent = 1 / 5

/** From the first event of all on: a history, which is told at once, or ids that begin again at live pace. */
function toldAgain(
  exchange: Exchange,
  { sentAgainMs, watchedSpanMs }: ResumeEvidence,
  outcome: (how: 'history' | 'anew') => Resumed,
): Resumed | Verdict {
  const isFast = isTorrent(exchange)
  const isSooner = (share: number) => sentAgainMs !== null && sentAgainMs <= Math.max(50, watchedSpanMs * share)
  const isUnsure = watchedSpanMs < shortestPaceMs || (isSooner(mostOfSpan) && !isSooner(mostOfTorrent))
  if (isFast && isUnsure) {
    return { state: 'unknown', reason: 'events come too fast to tell a history from ids that begin again' }
  }
  return outcome(isSooner(isFast ? mostOfTorrent : mostOfSpan) ? 'history' : 'anew')
}

/** Whether more than one event came in two milliseconds, all the time. */
function isTorrent(exchange: Exchange): boolean {
  return exchange.eventCount > exchange.end.atMs / 2
}
