/** `resume/control-frame-ids`: signs of life carry ids, so that the last event ID moves past events not yet seen. */
import type { StreamEvidence } from '../../evidence/stream.js'
import { count } from '../../evidence/words.js'
import type { StreamCheck, Verdict } from '../check.js'
import { isControlFrame } from '../control-frames.js'
import { isVerdict, lastingStream, noEvents } from '../watched.js'

const expected = 'ids on events of the app alone'

export const resumeControlFrameIds: StreamCheck = {
  id: 'resume/control-frame-ids',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = lastingStream(stream)
    if (isVerdict(exchange)) return exchange
    const { events, problems } = exchange
    const alone = problems.find(({ kind }) => kind === 'id-without-data')
    if (events.length === 0) return noEvents(stream)
    let lastOfApp: string | null = null
    const movers: { type: string; id: string }[] = []
    for (const { type, id } of events) {
      if (!isControlFrame(type)) lastOfApp = id ?? lastOfApp
      // Before the first event of the app, and where it repeats the last one, the id says where the stream stands.
      else if (id !== null && lastOfApp !== null && id !== lastOfApp) movers.push({ type, id })
    }
    const first = movers[0]
    if (!first && !(alone && lastOfApp !== null)) {
      return {
        state: 'pass',
        measured: `${count(events.length, 'event')}, none of them a heartbeat with an id of its own`,
        expected,
      }
    }
    return {
      state: 'fail',
      measured: first
        ? `${movers.length} ${first.type} events with ids, such as ${first.id}`
        : `${alone?.count} ids without data`,
      expected,
      why: 'A client resumes after the id that it saw last. When that is a heartbeat’s, the events before it count as seen.',
      fixes: [{ stack: 'any server', snippet: "res.write(': hb\\n\\n')  // a comment is enough of a heartbeat" }],
    }
  },
}
