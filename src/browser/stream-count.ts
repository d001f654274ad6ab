/** How many streams a page holds at one moment: in each tab, in workers, and at each origin. */
import { isHeld, type ObservedStream } from '../evidence/app.js'

/** The streams at one moment. */
export interface StreamCount {
  /** What each tab holds, the first tab first. */
  perTab: ObservedStream[][]
  /** What shared workers and service workers hold, which belong to no one tab. */
  shared: ObservedStream[]
  /** By origin, all tabs together; those that came out of a service worker are counted at the worker. */
  perOrigin: Record<string, number>
  /** The most that one tab holds. */
  most: number
  /** The first tab that did not load, or waits for a connection. Null where there is none, or nobody can tell. */
  firstStalledTab: number | null
  /** False when streams still came and went when the time was up. */
  settled: boolean
  /** What this browser cannot show, in sentences. */
  blindSpots: string[]
}

/** Leaves out the streams that are over. */
export function toCount({
  perTab,
  shared,
  ...rest
}: Pick<StreamCount, 'perTab' | 'shared' | 'firstStalledTab' | 'settled' | 'blindSpots'>): StreamCount {
  const tabs = perTab.map((streams) => streams.filter(isHeld))
  const workers = shared.filter(isHeld)
  const perOrigin: Record<string, number> = {}
  for (const { url, fromServiceWorker } of [...tabs.flat(), ...workers]) {
    if (fromServiceWorker || !URL.canParse(url)) continue
    const { origin } = new URL(url)
    perOrigin[origin] = (perOrigin[origin] ?? 0) + 1
  }
  return {
    perTab: tabs,
    shared: workers,
    perOrigin,
    most: Math.max(0, ...tabs.map((streams) => streams.length)),
    ...rest,
  }
}
