/**
 * The seam between the servers of one application: a log that all of them write to and read from, in one order for all
 * channels, so that one last event ID says on every server where a client stands in every channel.
 */

/** What a channel hands over. */
export interface OutgoingEvent {
  readonly channel: string
  readonly name: string
  /** The text of the event's data, as it is written. */
  readonly data: string
  readonly topic: string | undefined
  readonly key: string | undefined
}

/** The same once it is in the log. */
export interface LoggedEvent extends OutgoingEvent {
  /** The event's id, which also tells its place in the log. */
  readonly id: string
}

/** What a backbone tells a channel. */
export interface BackboneListener {
  /** An event of the channel, in the order of the log. */
  onEvent(event: LoggedEvent): void
  /** The log was lost: events may be missing, and ids given before mean nothing any more. */
  onLost(): void
}

/** A log shared by servers. Made by `createMemoryBackbone` or `createRedisBackbone`. */
export interface Backbone {
  /** The id of the latest event that this server has delivered; stands for “now”. */
  readonly position: string
  /** Adds an event for all servers, this one included. Resolves with its id; rejects when it is not in the log. */
  publish(event: OutgoingEvent): Promise<string>
  /** Delivers a channel's events from now on, until the answer is called. */
  subscribe(channel: string, listener: BackboneListener): () => void
  /**
   * The events of all channels after `id`, in order, up to and with the one at `position` when this is called; `undefined`
   * when some of them are gone or the id is unknown. Empty when `id` comes after `position`: the client was ahead of this
   * server.
   */
  missedSince(id: string): Promise<readonly LoggedEvent[] | undefined>
  /** Whether `id` comes after `other` in the log. Both are ids of this log. */
  isAfter(id: string, other: string): boolean
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
