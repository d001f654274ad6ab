/** The figures of one page, read off what real tabs of it did. */
import { type AppObservation, isHeld, ledTo, type ObservedStream, unseenWorkersWords } from '../evidence/app.js'
import type { CountedStream } from '../evidence/report.js'
import type { Figure } from './figure.js'
import type { RuleName } from './rules.js'

/**
 * @param key the page’s name, or path and query: what the baseline calls it
 * @param isLed whether steps led its tabs on from there
 */
export function pageFigures(seen: AppObservation, key: string, isLed = false): Figure[] {
  const doubt = seen.settled
    ? isLed
      ? null
      : ledAway(seen)
    : 'the number of streams still changed when the time was up; wait for the page with a step, as in { waitFor: ".ready" }'
  const figure = (rule: RuleName, actual: number | null, measured: string, more: Partial<Figure> = {}): Figure => ({
    rule,
    target: seen.page,
    key,
    actual,
    doubt,
    measured,
    streams: [],
    ...more,
  })
  const stalled = seen.firstStalledTab
  const tabsThatWork = stalled === null ? seen.tabs : stalled - 1
  return [
    perTab(seen, figure),
    ...perOrigin(seen, figure),
    figure(
      'tabsBeforeStall',
      tabsThatWork,
      stalled === null ? `all ${words(seen.tabs, 'tab')} work` : `tab ${stalled} stalls`,
    ),
    requestsThatWait(seen, figure),
  ]
}

/** A page that leads to another, where no stream is, may be one that wants a sign-in: its streams were not seen. */
function ledAway(seen: AppObservation): string | null {
  const at = ledTo(seen)
  const opened = [...seen.perTab.flatMap(({ streams }) => streams), ...seen.shared]
  if (at === null || opened.length > 0) return null
  return `the page led to ${at}, where no stream was opened; if that is a sign-in, give the page cookies, headers or a setup in the config, else write down the address that it leads to`
}

type MakeFigure = (rule: RuleName, actual: number | null, measured: string, more?: Partial<Figure>) => Figure

/** Where workers are not seen, what was counted is the least that there may be. */
function doubtOfWorkers(seen: AppObservation): Partial<Figure> {
  return seen.settled && seen.unseenWorkers ? { doubt: unseenWorkersWords(seen) } : {}
}

/** The tab that holds most. A stream of a shared worker belongs to no tab, and counts for none. */
function perTab(seen: AppObservation, figure: MakeFigure): Figure {
  const { perTab: tabs } = seen
  const held = tabs.map(({ streams }) => streams.filter(isHeld))
  const most = held.reduce((one, other) => (other.length > one.length ? other : one), [])
  return figure('streamsPerTab', most.length, `${words(most.length, 'stream')} per tab${listed(most)}`, {
    streams: most.map(counted),
    ...doubtOfWorkers(seen),
  })
}

function perOrigin(seen: AppObservation, figure: MakeFigure): Figure[] {
  const { perTab: tabs, shared, origins } = seen
  const all = [...tabs.flatMap(({ streams }) => streams), ...shared].filter(isHeld)
  return origins.flatMap(({ origin, sockets, streamsOpen, streamsWaiting }) => {
    const streams = streamsOpen + streamsWaiting
    const own = unique(all.filter(({ url }) => originOf(url) === origin).map(counted))
    const where = `${words(tabs.length, 'tab')} on ${origin}`
    return [
      figure('streamsPerOrigin', streams, `${words(streams, 'stream')} of ${where}`, {
        streams: own,
        ...doubtOfWorkers(seen),
      }),
      figure(
        'socketsPerOrigin',
        sockets,
        sockets === null ? '' : `${words(sockets, 'connection')} of ${where} in use at the same time`,
        { streams: own, ...(sockets === null && { doubt: notTold }) },
      ),
    ]
  })
}

const notTold = 'this browser does not tell which requests wait and which connection each has; use --browser chromium'

function requestsThatWait({ origins, perTab: tabs }: AppObservation, figure: MakeFigure): Figure {
  const blind = origins.length > 0 && origins.every(({ sockets }) => sockets === null)
  if (blind) return figure('stalledRequests', null, '', { doubt: notTold })
  const actual = origins.reduce((sum, { stalledRequests }) => sum + stalledRequests, 0)
  const waiting = [...new Set(tabs.flatMap((tab) => tab.waiting.map(({ url }) => shorten(url))))]
  const which = waiting.length === 0 ? '' : `: ${waiting.slice(0, 5).join(', ')}${waiting.length > 5 ? ' …' : ''}`
  return figure('stalledRequests', actual, `${words(actual, 'request')} waiting for a connection${which}`)
}

function counted({ url, openedBy }: ObservedStream): Omit<CountedStream, 'isNew'> {
  return { url, place: openedBy }
}

function unique(streams: readonly Omit<CountedStream, 'isNew'>[]): Omit<CountedStream, 'isNew'>[] {
  return [...new Map(streams.map((stream) => [JSON.stringify(stream), stream])).values()]
}

function listed(streams: readonly ObservedStream[]): string {
  return streams.length === 0 ? '' : `: ${streams.map(({ url }) => shorten(url)).join(', ')}`
}

/** Path and query: the origin stands elsewhere. */
export function shorten(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}

export function words(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
