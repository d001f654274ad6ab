/** Words for the streams of an app, and the places of their code. */
import { type AppObservation, type CodePlace, isHeld, ledTo, type ObservedStream } from '../../evidence/app.js'
import { refusalOf } from '../../evidence/refused.js'

/** `/api/events (src/live.ts:31 startLive)`; the same stream twice is said once. */
export function streamList(streams: readonly ObservedStream[]): string {
  const counts = new Map<string, number>()
  for (const stream of streams) {
    const words = `${pathOf(stream.url)}${placeWords(stream.openedBy)}`
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].map(([words, times]) => (times > 1 ? `${times} × ${words}` : words)).join(', ')
}

function placeWords(place: CodePlace | null): string {
  if (!place) return ''
  return ` (${place.file}:${place.line}${place.function === null ? '' : ` ${place.function}`})`
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}

/** The places of the code, each once. */
export function placesOf(streams: readonly ObservedStream[]): CodePlace[] {
  const places = new Map<string, CodePlace>()
  for (const { openedBy } of streams) {
    if (openedBy) places.set(`${openedBy.file}:${openedBy.line}:${openedBy.column}`, openedBy)
  }
  return [...places.values()]
}

/** The streams of the tab that holds the most: one that is stalled shows fewer than the page opens. */
export function fullestTab({ perTab }: AppObservation): { tab: number; streams: ObservedStream[] } {
  const held = perTab.map(({ tab, streams }) => ({ tab, streams: streams.filter(isHeld) }))
  return held.reduce((most, next) => (next.streams.length > most.streams.length ? next : most), {
    tab: 1,
    streams: held[0]?.streams ?? [],
  })
}

/** Everything that is held, in all tabs and in shared workers. */
export function allHeld({ perTab, shared }: AppObservation): ObservedStream[] {
  return [...perTab.flatMap(({ streams }) => streams), ...shared].filter(isHeld)
}

/** Why there is nothing to judge; a page that leads to another may be one that wants a sign-in. */
export function noStreamWords(seen: AppObservation): string {
  if (seen.perTab.some(({ streams }) => streams.some((stream) => refusalOf(stream) !== null && !stream.wasOpen)))
    return 'the page was given no event stream: see client/stream-refused'
  const ended = seen.perTab.flatMap(({ streams }) => streams).length + seen.shared.length
  if (ended > 0) return 'the streams that the page opened had ended by the time of the count'
  const at = ledTo(seen)
  const led = at === null ? '' : `; it led to ${at}: where that is a sign-in, add --cookie or --header`
  return `the page opened no event stream${led}`
}
