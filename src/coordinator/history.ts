/**
 * The last events that a member has seen, with their places in the stream that the group shares: what it can hand to
 * a member that missed some, and how it knows an event again after a hand-over.
 */

/**
 * A place in the shared stream: the leadership (epoch) that read the event, and its number in that leadership. Places
 * are compared, ids never: an id is an opaque string, and a server may use one twice.
 */
export type Position = readonly [epoch: number, count: number]

/** One event as it travels between tabs; small, because bursts hold thousands. */
export type SharedEvent = readonly [
  type: string,
  data: string,
  /** The last event ID after this event. */
  lastEventId: string,
  /** Whether the event carried an id of its own. */
  hasId: boolean,
  /** When the leader read it, in milliseconds since the Unix epoch. */
  readAt: number,
]

/** An event and its place. */
export interface Entry {
  at: Position
  readonly event: SharedEvent
}

/** Negative when `a` comes before `b`. */
export function compare(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1]
}

/** The bounds of a history: events, and characters of their data. */
const mostEvents = 2_000
const mostCharacters = 2_000_000

/** What a member remembers. */
export interface History {
  /** The place before the oldest event that is remembered: who stands before it cannot be helped. */
  floor: Position
  add(entry: Entry): void
  /** The events after a place, oldest first. */
  after(place: Position): Entry[]
  /** The last so many events. */
  last(count: number): Entry[]
}

/** A history that begins at `floor`. */
export function createHistory(floor: Position): History {
  let entries: Entry[] = []
  let characters = 0
  const history: History = {
    floor,
    add(entry) {
      entries.push(entry)
      characters += entry.event[1].length
      // Cut in large steps: taking one off the front for each one added is slow in a burst.
      if (entries.length > 1.5 * mostEvents || characters > 1.5 * mostCharacters) {
        let cut = 0
        while (entries.length - cut > mostEvents || characters > mostCharacters) {
          const oldest = entries[cut++]
          if (!oldest) break
          characters -= oldest.event[1].length
          if (compare(oldest.at, history.floor) > 0) history.floor = oldest.at
        }
        entries = entries.slice(cut)
      }
    },
    after: (place) => entries.filter((entry) => compare(entry.at, place) > 0),
    last: (count) => entries.slice(Math.max(0, entries.length - count)),
  }
  return history
}
