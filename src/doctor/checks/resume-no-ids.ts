/** `resume/no-ids`: events without an id cannot be asked for again; what is sent during a reconnect is lost. */
import type { SeenEvent, StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { isControlFrame } from '../control-frames.js'
import { fixesFor } from '../remedies/index.js'
import { isVerdict, lastingStream, noEvents } from '../watched.js'

const expected = 'an id with every event'

export const resumeNoIds: StreamCheck = {
  id: 'resume/no-ids',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const news = exchange.events.filter(({ type }) => !isControlFrame(type))
    if (news.length === 0) return noEvents(stream)
    const withId = news.filter(({ id }) => id !== null).length
    if (withId === news.length) return { state: 'pass', measured: `all of ${withId} events`, expected }
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

function typesOf(events: SeenEvent[]): SeenEvent[][] {
  return [...new Set(events.map(({ type }) => type))].map((type) => events.filter((event) => event.type === type))
}

function isMixed(events: SeenEvent[]): boolean {
  return events.some(({ id }) => id === null) && events.some(({ id }) => id !== null)
}
