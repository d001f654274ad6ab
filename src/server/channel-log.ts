/** A channel's side of a backbone: what it hands over, what comes back for its members, and what those missed who return. */
import { encodeEvent } from '../sse/encode.js'
import type { Backbone, LoggedEvent } from './backbone.js'
import { createFrame, type Frame } from './batch.js'
import type { BroadcastOptions } from './channel-options.js'
import { isWanted, type Members } from './members.js'
import { badOption } from './refuse.js'
import { type LogJoin, resetFrame } from './resume.js'
import { enqueue, type Session } from './session.js'

/** One channel on a backbone. */
export class ChannelLog<SessionState> {
  readonly #backbone: Backbone
  readonly #name: string
  readonly #members: Members<Session<SessionState>>
  /** Sessions that came from a server that was ahead of this one, and what they have seen there. */
  readonly #ahead = new Map<Session<SessionState>, string>()
  readonly #unsubscribe: () => void

  /** Delivers the channel's events to `members` from now on, until `close()`. */
  constructor(backbone: Backbone, name: string, members: Members<Session<SessionState>>) {
    this.#backbone = backbone
    this.#name = name
    this.#members = members
    this.#unsubscribe = backbone.subscribe(name, {
      onEvent: (event) => this.#deliver(event),
      onLost: () => this.#reset(),
    })
  }

  /** Throws at once what is wrong with the options; the promise, of the event's id, is the backbone's. */
  publish(name: string, data: string, options: BroadcastOptions<SessionState>): Promise<string> {
    const { eventId, filter, topic, key } = options
    if (eventId !== undefined) throw badOption('on a backbone ids are given by its log, not by eventId')
    if (filter) throw badOption('a filter cannot travel to other servers', 'use topics instead')
    return this.#backbone.publish({ channel: this.#name, name, data, topic, key })
  }

  /** What a session missed that returns. */
  joinOf(session: Session<SessionState>, topics: ReadonlySet<string> | undefined): LogJoin {
    const log = this.#backbone
    const { position } = log
    if (log.isAfter(session.lastEventId, position)) this.#ahead.set(session, session.lastEventId)
    const missed = log.missedSince(session.lastEventId)
    missed.catch(() => {}) // whoever resumes sees it; nobody may, when the client is gone by then
    return {
      log,
      position,
      missed,
      frameOf: (event) => (event.channel === this.#name && isWanted(event.topic, topics) ? frameOf(event) : undefined),
      onReset: () => this.#ahead.delete(session),
    }
  }

  /** For a session that is no member any more. */
  forget(session: Session<SessionState>): void {
    this.#ahead.delete(session)
  }

  close(): void {
    this.#unsubscribe()
  }

  /** An event of the log, whichever server it was published on. */
  #deliver(event: LoggedEvent): void {
    const frame = frameOf(event)
    this.#members.visit(event.topic, (session) => {
      if (this.#ahead.size === 0 || !this.#hasSeen(session, event.id)) enqueue(session, frame, event.id)
    })
  }

  #hasSeen(session: Session<SessionState>, id: string): boolean {
    const seenUntil = this.#ahead.get(session)
    if (seenUntil === undefined) return false
    if (!this.#backbone.isAfter(id, seenUntil)) return true
    this.#ahead.delete(session)
    return false
  }

  /** The log is lost: whoever is connected may have missed something, and has an id that means nothing any more. */
  #reset(): void {
    const id = this.#backbone.position
    const frame = resetFrame(id, 'lost', '')
    this.#ahead.clear()
    this.#members.visit(undefined, (session) => enqueue(session, frame, id))
  }
}

const frames = new WeakMap<LoggedEvent, Frame>()

/** Encoded once, for live delivery and for all who missed it. */
function frameOf(event: LoggedEvent): Frame {
  let frame = frames.get(event)
  if (!frame) {
    const { name, data, id, key } = event
    frame = createFrame(encodeEvent({ ...(name === 'message' ? {} : { event: name }), id, data }), key ?? name)
    frames.set(event, frame)
  }
  return frame
}
