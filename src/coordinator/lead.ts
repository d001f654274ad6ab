/** What a leader does with the stream that it reads for all: numbers places, drops what is known, tells of gaps. */
import { isSame, type SharedEvent } from './history.js'
import type { StreamState } from './message.js'
import type { KeepStream, KeptStream } from './transport.js'

/**
 * Reads the stream from the leader's place on, which is the last in its history. `take` gets what is new, `tellGap` is
 * called where what came between the connection before and this one is lost, and `setState` with a `StreamState`, -1
 * whenever the stream was lost.
 */
export function readStream(
  keep: KeepStream,
  types: Iterable<string>,
  history: SharedEvent[],
  take: (events: SharedEvent[]) => unknown,
  tellGap: () => void,
  onState: (state: StreamState, reason: string, origin?: string) => void,
): KeptStream {
  let isFirst: boolean
  const place = () => history.at(-1) as SharedEvent
  return keep(() => place()[2], types, {
    onState,
    onOpen(origin, resumes) {
      const [, , id, since] = place()
      if (id ? !resumes : since >= 0) tellGap()
      isFirst = true
      onState(1, '', origin)
    },
    onEvents(events) {
      if (!events.length) return undefined
      const last = place()
      let [, , , since] = last
      for (const event of events) since = event[3] &&= since + 1
      // Some servers resume with the very event that they were to resume after, or with all they have.
      const known = isFirst ? events.findLastIndex((event) => isSame(last, event)) : -1
      isFirst = false
      return take(events.slice(known + 1))
    },
  })
}
