/** The figures of a run behind proxies: what its worst moment was at each origin. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import { redactUrl } from '../evidence/redact.js'
import type { OriginUse } from '../evidence/report.js'
import type { Figure } from './figure.js'
import { shorten, words } from './page-figures.js'
import type { RuleName } from './rules.js'
import type { SeenOrigin } from './watch-ledger.js'

interface RunFigures {
  figures: Figure[]
  origins: OriginUse[]
  targets: string[]
}

/**
 * @param named the app that the proxies stand in front of, whose own addresses change with every run; null in forward mode
 */
export function runFigures(seen: readonly SeenOrigin[], named: string | null): RunFigures {
  const worst = new Map<string, SeenOrigin>()
  for (const one of seen) {
    const origin = named ?? one.peak.origin
    const other = worst.get(origin)
    if (!other || weight(one) > weight(other)) worst.set(origin, one)
  }
  const entries = ofInterest([...worst.entries()], named)
  return {
    figures: [...entries.flatMap(([origin, one]) => originFigures(origin, one)), ...untold(named)],
    origins: entries.map(([origin, { peak }]) => ({
      origin,
      page: null,
      sockets: peak.sockets,
      streams: peak.streams.length,
      waiting: null,
      at: peak.streamsAt === null ? null : new Date(peak.streamsAt).toISOString(),
    })),
    targets: named === null ? entries.map(([origin]) => origin) : [named],
  }
}

/** A browser’s proxy server is asked for much that is no app, such as updates: origins without streams, once any has some. */
function ofInterest(entries: [string, SeenOrigin][], named: string | null): [string, SeenOrigin][] {
  const streaming = entries.filter(([, { peak }]) => peak.streams.length > 0)
  return named === null && streaming.length > 0 ? streaming : entries
}

/** Several browsers behind one listener weigh more than anything: nothing can be said of them. */
function weight({ peak, browsers }: SeenOrigin): number {
  return (browsers > 1 ? 1e6 : 0) + peak.streams.length * 100 + peak.sockets
}

function originFigures(origin: string, { peak, browsers }: SeenOrigin): Figure[] {
  const { streams, streamsAt, sockets, socketsAt } = peak
  const base = { target: origin, key: origin, streams: streams.map((stream) => counted(origin, stream)) }
  const several =
    browsers > 1
      ? `${browsers} or more browsers ran at the same time behind one address, and their sum (${words(streams.length, 'stream')}, ${words(sockets, 'connection')}) tells of none of them; give each its own with --listeners ${Math.max(2, browsers)}`
      : null
  const none =
    streams.length === 0
      ? 'no event stream passed the proxy; if the suite opens any, its browser goes around the proxy'
      : null
  return [
    {
      ...base,
      rule: 'streamsPerOrigin',
      actual: several || none ? null : streams.length,
      doubt: several ?? none,
      measured: `${words(streams.length, 'stream')} of ${origin} open at the same time${moment(streamsAt)}${pagesOf(streams)}`,
    },
    {
      ...base,
      rule: 'socketsPerOrigin',
      actual: several ? null : sockets,
      doubt: several,
      measured: `${words(sockets, 'connection')} to ${origin} in use at the same time${moment(socketsAt)}`,
    },
  ]
}

/** What a proxy cannot tell, said where somebody set a limit for it. */
function untold(named: string | null): Figure[] {
  const reasons: Partial<Record<RuleName, string>> = {
    streamsPerTab: 'a proxy cannot tell tabs apart; write the page down under pages, or limit streamsPerOrigin',
    tabsBeforeStall: 'a proxy does not see what a browser holds back; write the page down under pages',
    stalledRequests: 'a proxy does not see what a browser holds back; write the page down under pages',
  }
  return Object.entries(reasons).map(([rule, doubt]) => ({
    rule: rule as RuleName,
    target: named,
    key: named ?? '',
    actual: null,
    doubt,
    measured: '',
    streams: [],
  }))
}

function counted(origin: string, { url }: StreamSnapshot): Figure['streams'][number] {
  return { url: redactUrl(URL.canParse(url, origin) ? new URL(url, origin).href : url), place: null }
}

function moment(at: number | null): string {
  return at === null ? '' : ` at ${new Date(at).toISOString().slice(11, 19)} UTC`
}

/** `, for /dashboard (4) and /settings`. */
function pagesOf(streams: readonly StreamSnapshot[]): string {
  const counts = new Map<string, number>()
  for (const { page } of streams) {
    if (page === null) continue
    const name = shorten(redactUrl(page))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  if (counts.size === 0) return ''
  return `, for ${[...counts].map(([page, amount]) => (amount === 1 ? page : `${page} (${amount})`)).join(', ')}`
}
