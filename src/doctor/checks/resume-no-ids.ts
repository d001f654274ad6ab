/** `resume/no-ids`: events without an id cannot be asked for again; what is sent during a reconnect is lost. */
import type { SeenEvent } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { isControlFrame } from '../control-frames.js'
import { fixesFor } from '../remedies/index.js'
import { isVerdict, lastingStream, noEvents } from '../watched.js'

const expected = 'an id of its own with every event'

export const resumeNoIds: StreamCheck = {
  id: 'resume/no-ids',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const news = exchange.events.filter(({ type }) => !isControlFrame(type))
    if (news.length === 0)
      return noEvents(stream, exchange.eventCount > 0 ? 'nothing but greetings and heartbeats' : 'no event')
    const withId = news.filter(({ id }) => id !== null).length
    const sameId = onlyId(news)
    if (sameId !== undefined) {
      const why = 'An id that never changes names no event: a client that comes back cannot say what it saw last.'
      const measured = `all of ${news.length} events have one id, ${sameId}`
      return { state: 'fail', measured, expected, why, fixes: fixesFor('ids', exchange) }
    }
    if (withId === news.length)
      return { state: 'pass', measured: withId === 1 ? 'the one event that came' : `all of ${withId} events`, expected }
    // Types that never carry one are left out of the history on purpose, as the position of a mouse is.
    if (withId > 0 && !typesOf(news).some(isMixed)) {
      return { state: 'pass', measured: `${withId} of ${news.length} events, the same types always`, expected }
    }
    return {
      state: 'fail',
      measured: `${news.length - withId} of ${news.length} events have none`,
      expected,
      why: 'A client that comes back cannot say what it saw last, so what was sent meanwhile is lost.',
      fixes: fixesFor('ids', exchange),
    }
  },
}

/** The id that three events and more have in common. */
function onlyId(news: SeenEvent[]): string | undefined {
  const id = news[0]?.id ?? undefined
  return news.length > 2 && news.every((event) => event.id === id) ? id : undefined
}

function typesOf(events: SeenEvent[]): SeenEvent[][] {
  return [...new Set(events.map(({ type }) => type))].map((type) => events.filter((event) => event.type === type))
}

function isMixed(events: SeenEvent[]): boolean {
  return events.some(({ id }) => id === null) && events.some(({ id }) => id !== null)
}
