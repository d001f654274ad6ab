/** A channel's own history: what it sends to its members, and what those missed who return. */
import { createFrame } from './batch.js'
import type { BroadcastOptions } from './channel-options.js'
import { encodeFields } from './encode-fields.js'
import { History, type HistoryBounds, type HistoryEntry } from './history.js'
import { isWanted, type Members } from './members.js'
import { currentPosition, formatPosition, nextPosition, parsePosition } from './position.js'
import type { Join } from './resume.js'
import { enqueue, type Session } from './session.js'
import type { Sanitizer, Serializer } from './session-options.js'

/** The same for a channel without a backbone that `ChannelLog` is for one on a backbone. */
export class ChannelHistory<SessionState> {
  readonly #history: History<Session<SessionState>>
  readonly #members: Members<Session<SessionState>>
  /** The id of the latest event, if there was one. */
  #lastId: string | undefined

  constructor(bounds: HistoryBounds, members: Members<Session<SessionState>>) {
    this.#history = new History(bounds)
    this.#members = members
  }

  /**
   * Sends one event to the members and remembers it; answers its id.
   *
   * @throws TypeError for what cannot be encoded: then nobody gets it. What `filter` throws, when everybody else got it.
   */
  send(
    data: unknown,
    eventName: string,
    { filter, eventId, topic, key = eventName }: BroadcastOptions<SessionState>,
    serializer: Serializer,
    sanitizer: Sanitizer | undefined,
  ): string {
    if (eventId === '') throw new TypeError('eventId must not be empty: it would make clients forget where they were')
    const id = eventId ?? formatPosition(currentPosition() + 1)
    const frame = createFrame(encodeFields(data, eventName, id, serializer, sanitizer), key)
    this.#history.append({ position: nextPosition(), id, frame, topic, filter })
    this.#lastId = id
    if (filter) this.#members.visit(topic, (session) => filter(session) && enqueue(session, frame, id))
    else this.#members.visit(topic, (session) => enqueue(session, frame, id))
    return id
  }

  /** What a session missed that returns: the history as it is now, whatever is broadcast until it is asked. */
  joinOf(session: Session<SessionState>, topics: ReadonlySet<string> | undefined): Join {
    const history = this.#history
    history.forgetExpired()
    const { forgottenPosition } = history
    const anchor = history.locate(session.lastEventId)
    // Where ids are the caller's own, another channel may place the client before this one does.
    const entries = history.after(parsePosition(session.lastEventId) ?? 0)
    const isFor = ({ topic, filter }: HistoryEntry<Session<SessionState>>): boolean =>
      isWanted(topic, topics) && (!filter || filter(session))
    return {
      position: currentPosition(),
      lastId: this.#lastId,
      anchor,
      missedSince: (from) =>
        from < forgottenPosition ? undefined : entries.filter((entry) => entry.position > from && isFor(entry)),
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#history.clear()
  }
}
