/**
 * What a returning client is sent first: the events it missed in all the channels it has joined, in their order, or one
 * `reset` event that says that some are gone.
 *
 * A client has one last event ID for all of its channels, so the answer is worked out when all channels that were joined
 * in one tick are known: the channel that knows the id tells the position, and every channel gives what came after it.
 */
import { encodeEvent } from '../sse/encode.js'
import type { Backbone, LoggedEvent } from './backbone.js'
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

/** The same for a channel on a backbone, which has to be asked. */
export interface LogJoin {
  readonly log: Backbone
  /** The log's position at that moment. */
  readonly position: string
  /** What happened in all channels between the session's last event ID and the join; `undefined` when some is gone. */
  readonly missed: Promise<readonly LoggedEvent[] | undefined>
  /** The frame of an event that is for this channel and session; `undefined` for others. */
  frameOf(event: LoggedEvent): Frame | undefined
  /** Called when the client's id turned out to mean nothing. */
  onReset(): void
}

/** Frames to send before live events, and the last event ID that they leave the client with. */
export interface Replay {
  readonly frames: readonly Frame[]
  readonly lastId: string | undefined
}

/**
 * Why a `reset` event was sent: the id means nothing here, what followed it has left the history (a backbone cannot tell
 * these two apart), or the backbone lost its log.
 */
export type ResetReason = 'unknown-id' | 'expired' | 'lost'

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
  return { frames: missed.map(({ frame }) => frame), lastId: missed.at(-1)?.id }
}

/** The `reset` event carries an id that stands for now, so that the next reconnection resumes from here. */
function reset(lastEventId: string, reason: ResetReason, joins: readonly Join[]): Replay {
  const now = formatPosition(Math.max(0, ...joins.map(({ position }) => position)))
  const id = (joins.length === 1 ? joins[0]?.lastId : undefined) ?? now
  return { frames: [resetFrame(id, reason, lastEventId)], lastId: id }
}

/** The `reset` event as a frame. */
export function resetFrame(id: string, reason: ResetReason, lastEventId: string): Frame {
  return createFrame(encodeEvent({ event: 'reset', id, data: JSON.stringify({ reason, lastEventId }) }))
}

/** The same as `replayFor`, for channels on backbones. Rejects when a backbone cannot say. */
export async function replayFromLogs(lastEventId: string, joins: readonly LogJoin[]): Promise<Replay> {
  const found: { event: LoggedEvent; frame: Frame; log: Backbone }[] = []
  for (const join of joins) {
    const missed = await join.missed
    if (!missed) {
      for (const each of joins) each.onReset()
      return { frames: [resetFrame(join.position, 'expired', lastEventId)], lastId: join.position }
    }
    for (const event of missed) {
      const frame = join.frameOf(event)
      if (frame) found.push({ event, frame, log: join.log })
    }
  }
  if (joins.length > 1) {
    found.sort((one, other) => (one.log === other.log && one.log.isAfter(one.event.id, other.event.id) ? 1 : -1))
  }
  return { frames: found.map(({ frame }) => frame), lastId: found.at(-1)?.event.id }
}
