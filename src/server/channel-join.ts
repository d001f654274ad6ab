/** What a channel knows of a session that joins it with a last event ID. */
import type { History, HistoryEntry } from './history.js'
import { isWanted } from './members.js'
import { currentPosition, parsePosition } from './position.js'
import type { Join } from './resume.js'
import type { Session } from './session.js'

/**
 * The history as it is now, kept until the end of the tick, whatever is broadcast meanwhile. `lastId` is that of the
 * channel's latest event.
 */
export function joinOf<State>(
  history: History<Session<State>>,
  session: Session<State>,
  topics: ReadonlySet<string> | undefined,
  lastId: string | undefined,
): Join {
  history.forgetExpired()
  const { forgottenPosition } = history
  const anchor = history.locate(session.lastEventId)
  // Where ids are the caller's own, another channel may place the client before this one does.
  const entries = history.after(parsePosition(session.lastEventId) ?? 0)
  const isFor = ({ topic, filter }: HistoryEntry<Session<State>>): boolean =>
    isWanted(topic, topics) && (!filter || filter(session))
  return {
    position: currentPosition(),
    lastId,
    anchor,
    missedSince: (from) =>
      from < forgottenPosition ? undefined : entries.filter((entry) => entry.position > from && isFor(entry)),
  }
}
