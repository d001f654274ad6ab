/**
 * What a returning client is sent first: the events it missed in all the channels it has joined, in their order, or one
 * `reset` event that says that some are gone.
 *
 * A client has one last event ID for all of its channels, so the answer is worked out when all channels that were joined
 * in one tick are known: the channel that knows the id tells the position, and every channel gives what came after it.
 */
import { encodeEvent } from '../sse/encode.js'
import { createFrame, type Frame } from './batch.js'
import { formatPosition } from './position.js'

/** An event to replay. */
export interface MissedEvent {
  readonly position: number
  readonly id: string
  readonly frame: Frame
}

/** One channel's view of the moment a session joined it. */
export interface Join {
  /** The channel's position at that moment. */
  readonly position: number
  /** The id of the channel's latest event, if there was one. */
  readonly lastId: string | undefined
  /** The position that the session's last event ID names, if this channel can tell. */
  readonly anchor: number | undefined
  /** What the session missed from `position` until the join; `undefined` when some of it is gone. */
  missedSince(position: number): readonly MissedEvent[] | undefined
}

/** Frames to send before live events, and the last event ID that they leave the client with. */
export interface Replay {
  readonly frames: readonly Frame[]
  readonly lastId: string | undefined
  /** True when a `reset` event took the place of events that are gone. */
  readonly isReset: boolean
}

/** Why a `reset` event was sent: the id means nothing here, or what followed it has left the history. */
export type ResetReason = 'unknown-id' | 'expired'

/** Works out what a client with this last event ID is sent before live events. */
export function replayFor(lastEventId: string, joins: readonly Join[]): Replay {
  let anchor: number | undefined
  for (const join of joins) {
    // Should two channels give the same id to different events, an event twice is better than an event lost.
    if (join.anchor !== undefined) anchor = Math.min(join.anchor, anchor ?? join.anchor)
  }
  if (anchor === undefined) return reset(lastEventId, 'unknown-id', joins)
  const missed: MissedEvent[] = []
  for (const join of joins) {
    const events = join.missedSince(anchor)
    if (!events) return reset(lastEventId, 'expired', joins)
    missed.push(...events)
  }
  if (joins.length > 1) missed.sort((one, other) => one.position - other.position)
  return { frames: missed.map(({ frame }) => frame), lastId: missed.at(-1)?.id, isReset: false }
}

/** The `reset` event carries an id that stands for now, so that the next reconnection resumes from here. */
function reset(lastEventId: string, reason: ResetReason, joins: readonly Join[]): Replay {
  const now = formatPosition(Math.max(0, ...joins.map(({ position }) => position)))
  const id = (joins.length === 1 ? joins[0]?.lastId : undefined) ?? now
  const frame = createFrame(encodeEvent({ event: 'reset', id, data: JSON.stringify({ reason, lastEventId }) }))
  return { frames: [frame], lastId: id, isReset: true }
}
