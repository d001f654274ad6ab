/**
 * The last events that a member has seen, and where in the stream it stands: what it can hand to a member that missed
 * some, and how it knows an event again after a hand-over.
 *
 * A place is the last event ID and the number of events without one since. Ids are opaque: they are compared with each
 * other, never ordered.
 */

/** One event as it travels between tabs; small, because bursts hold thousands. */
export type SharedEvent = [
  /** Empty where the stream only moved its last event ID on, and where only the place counts. */
  type: string,
  data: string,
  /** The last event ID after this event. */
  lastEventId: string,
  /** 0 for an event with an id of its own, 1 for the first after it that has none, and so on. */
  since: number,
  /** When the leader read it, in milliseconds since the Unix epoch. */
  readAt: number,
]

/** The bounds of a history: events, and characters of their data. */
const mostEvents = 2_000
const mostCharacters = 2_000_000

/** An event's place, or that of a stream's beginning. */
export function placeOf([, , lastEventId, since]: SharedEvent = ['', '', '', 0, 0]): SharedEvent {
  return ['', '', lastEventId, since, 0]
}

/** Whether both are at the same place. */
const meets = (one: SharedEvent, other: SharedEvent) => one[2] === other[2] && one[3] === other[3]

/** Where in a list an event's place is, looked for from the newest on; -1 if it is not there. */
export function findPlace(events: SharedEvent[], place: SharedEvent): number {
  return events.findLastIndex((event) => meets(event, place))
}

/** Whether the two are one event; of one in which only the place counts that is enough. */
export function isSame(one: SharedEvent | undefined, other: SharedEvent): boolean {
  return !!one && meets(one, other) && (!one[0] || one[1] === other[1])
}

/**
 * What is new to who has this history in events that follow each other, the first of which stands for its place only;
 * undefined where nobody can tell. Who is lost trusts its own last place alone: older ones may mean something else by
 * now, for servers may begin to count anew. And from a place without an id no leader has resumed.
 */
export function newsIn(events: SharedEvent[], history: SharedEvent[], isLost: boolean): SharedEvent[] | undefined {
  let next = 1 + events.findIndex((event) => meets(event, history.at(-1) as SharedEvent))
  if (!next) {
    const before = events[0] as SharedEvent
    let known = isLost || !before[2] ? -1 : findPlace(history, before)
    if (known < 0) return undefined
    do next++
    while (events[next] && isSame(history[++known], events[next] as SharedEvent))
  }
  return events.slice(next)
}

/** Adds an event. What is cut off for it is cut in large steps: one by one would be slow in a burst of small events. */
export function remember(history: SharedEvent[], event: SharedEvent): void {
  if (history.push(event) % 500 && !event[1][9_999]) return
  let characters = 0
  let kept = history.length
  while (kept > 0 && history.length - kept < mostEvents && characters < mostCharacters) {
    characters += history[--kept]?.[1].length ?? 0
  }
  history.splice(0, kept)
}
