/** How a server went on when it was asked to resume; shared by the checks of resuming. */
import type { Exchange, ResumeEvidence, StreamEvidence } from '../evidence/stream.js'
import type { Verdict } from './check.js'
import { notLookedAt } from './watched.js'

/**
 * `successor`: with the very next event. `history`: with the first of all, and the rest at once. `anew`: with ids that
 * begin again at live pace. `repeated`: with one that had been seen, from where it goes on without a hole.
 * `hole`: later. `silent`: with nothing. `refused`: not at all.
 */
export interface Resumed {
  resume: ResumeEvidence
  how: 'successor' | 'history' | 'anew' | 'repeated' | 'hole' | 'silent' | 'refused'
  /** The id of the first event. */
  began: string
  /** With `hole`, where it can be counted. */
  lost: number | null
}

/** The outcome, or the verdict where there is none. */
export function resumedAt({ resume, watch = [] }: StreamEvidence): Resumed | Verdict {
  if (!resume) {
    const ids = (watch[0]?.events ?? []).filter(({ id }) => id !== null).length
    if (ids === 0 && watch[0]?.eventCount) return { state: 'skip', reason: 'no ids to resume by: see resume/no-ids' }
    if (ids < 2) return { state: 'unknown', reason: 'fewer than two events with ids came; use a longer --for' }
    return notLookedAt
  }
  const { exchange, first, sentIndex } = resume
  const outcome = (how: Resumed['how'], lost: number | null = null): Resumed => ({
    resume,
    how,
    began: first[0]?.id ?? '',
    lost,
  })
  if (exchange.status !== 200) return outcome('refused')
  const began = first[0]
  if (!began) {
    const firstEventMs = watch[0]?.events[0]?.atMs ?? 0
    if (resume.waitedMs >= firstEventMs * 0.9) return outcome('silent')
    return {
      state: 'unknown',
      reason: 'the stream is too quiet to wait for an answer in this time; use a longer --for',
    }
  }
  if (began.index === null) return outcome('hole')
  if (began.index === sentIndex + 1) return outcome('successor')
  if (began.index > sentIndex) return outcome('hole', began.index - sentIndex - 1)
  // The named event itself, or a few before it: a history that is cut coarsely.
  if (began.index > 0) return outcome('repeated')
  if (isTorrent(watch[0]) && resume.watchedSpanMs < shortestPaceMs) {
    return { state: 'unknown', reason: 'events come too fast to tell a history from ids that begin again' }
  }
  return outcome(isHistory(resume) ? 'history' : 'anew')
}

/** Over less than this a busy machine, and not the server, makes the pace. */
const shortestPaceMs = 500

/** Whether more than one event came in two milliseconds, all the time. */
function isTorrent(exchange: Exchange | undefined): boolean {
  return exchange !== undefined && exchange.eventCount > exchange.end.atMs / 2
}

/** Whether the named event came again, and much sooner than it had come when it was watched: a history is told at once. */
function isHistory({ sentAgainMs, watchedSpanMs }: ResumeEvidence): boolean {
  return sentAgainMs !== null && sentAgainMs <= Math.max(50, watchedSpanMs / 2)
}
