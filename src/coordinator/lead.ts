/** What a leader does with the stream that it reads for all: numbers places, drops what is known, tells of gaps. */
import { isSame, type SharedEvent } from './history.js'
import type { StreamState } from './message.js'
import type { KeepStream, KeptStream } from './transport.js'

/** What the leader hears of its stream. */
export interface LeadListener {
  /** The last event that was taken. */
  place(): SharedEvent
  onEvents(events: SharedEvent[]): void
  /** What came between the connection before and this one is lost. */
  onGap(): void
  /** See `StreamState`; below zero it was lost once more. */
  onState(state: StreamState, reason: string, origin?: string): void
}

/** Reads the stream from the leader's place on. `wasOpen`: this connection takes the place of one that was open. */
export function readStream(
  keep: KeepStream,
  canResume: boolean,
  types: Iterable<string>,
  wasOpen: boolean,
  leader: LeadListener,
): KeptStream {
  let resumes: boolean
  let isFirst: boolean
  return keep(
    () => {
      resumes = canResume
      return { lastEventId: leader.place()[2], types }
    },
    {
      onOpen(origin) {
        const [, , id, since] = leader.place()
        if (id ? !resumes : since >= 1) leader.onGap()
        // A transport that connects again by itself resumes by itself.
        resumes = isFirst = true
        leader.onState(1, '', origin)
      },
      onEvents(events) {
        if (!events.length) return
        const place = leader.place()
        let [, , , since] = place
        for (const event of events) since = event[3] &&= since + 1
        // Some servers resume with the very event that they were to resume after, or with all they have.
        const known = isFirst ? events.findLastIndex((event) => isSame(place, event)) : -1
        isFirst = false
        leader.onEvents(events.slice(known + 1))
      },
      onLost: (reason) => leader.onState(-1, reason),
      onOver: (reason) => leader.onState(2, reason),
    },
    wasOpen,
  )
}
