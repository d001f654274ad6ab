/**
 * The last events that a member has seen: what it can hand to a member that missed some, and how it knows an event again
 * after a hand-over.
 */

/** One event as it travels between tabs; small, because bursts hold thousands. */
export type SharedEvent = readonly [
  /** Empty where the stream only moved its last event ID on. */
  type: string,
  data: string,
  /** The last event ID after this event. */
  lastEventId: string,
  /** Whether the event carried an id of its own. */
  hasId: boolean,
  /** When the leader read it, in milliseconds since the Unix epoch. */
  readAt: number,
]

/** The bounds of a history: events, and characters of their data. */
const mostEvents = 2_000
const mostCharacters = 2_000_000

/** Adds an event. What is cut off for it is cut in large steps: one by one would be slow in a burst. */
export function remember(history: SharedEvent[], event: SharedEvent): void {
  if (history.push(event) % 500) return
  let characters = 0
  let kept = history.length
  while (kept > 0 && history.length - kept < mostEvents && characters < mostCharacters) {
    characters += history[--kept]?.[1].length ?? 0
  }
  history.splice(0, kept)
}

/** The events after the last one with this id, oldest first; undefined when that is not known. */
export function eventsAfter(history: readonly SharedEvent[], id: string): SharedEvent[] | undefined {
  const index = history.findLastIndex((event) => event[3] && event[2] === id)
  return index < 0 ? undefined : history.slice(index + 1)
}
