/** What a leader does with the stream that it reads for all: numbers places, drops what is known, tells of gaps. */
import { newsIn, type SharedEvent } from './history.js'
import type { StreamState } from './message.js'
import type { KeepStream, KeptStream } from './transport.js'

/**
 * Reads the stream from the leader's place on, which is the last in its history. `take` gets what is new, `tellGap` is
 * called where what came between the connection before and this one is lost, and `setState` with a `StreamState`, below
 * zero when the stream was lost once more.
 */
export function readStream(
  keep: KeepStream,
  canResume: boolean,
  types: Iterable<string>,
  history: SharedEvent[],
  take: (events: SharedEvent[]) => void,
  tellGap: () => void,
  setState: (state: StreamState, reason: string, origin?: string) => void,
): KeptStream {
  let resumes: boolean
  let isFirst: boolean
  const place = () => history.at(-1) as SharedEvent
  const request = () => {
    resumes = canResume
    return { lastEventId: place()[2], types }
  }
  return keep(request, {
    onOpen(origin) {
      const [, , id, since] = place()
      if (id ? !resumes : since >= 1) tellGap()
      // A transport that connects again by itself resumes by itself.
      resumes = isFirst = true
      setState(1, '', origin)
    },
    onEvents(events) {
      if (!events.length) return
      let [, , , since] = place()
      for (const event of events) since = event[3] &&= since + 1
      // Some servers resume with the very event that they were to resume after, or with all they have.
      take((isFirst && newsIn(events, history, true)) || events)
      isFirst = false
    },
    onLost: (reason) => setState(-1, reason),
    onOver: (reason) => setState(2, reason),
  })
}
