/** `tabs/streams-per-tab`: each tab holds more than one stream to an origin of HTTP/1.1. */
import { type ObservedStream, unseenWorkersWords } from '../../evidence/app.js'
import { type AppEvidence, isDone } from '../../evidence/app-evidence.js'
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import { type AppCheck, type AppVerdict, notDone } from '../app/app-check.js'
import { fullestTab, noStreamWords, placesOf, streamList } from '../app/stream-words.js'

export const tabsStreamsPerTab: AppCheck = {
  id: 'tabs/streams-per-tab',
  severity: 'warning',
  judge({ plain }: AppEvidence): AppVerdict {
    if (!isDone(plain)) return notDone(plain)
    const { streams, tab } = fullestTab(plain)
    if (streams.length === 0 && plain.shared.length === 0 && !plain.unseenWorkers) {
      return {
        state: 'skip',
        reason: noStreamWords(plain),
      }
    }
    if (!plain.settled) {
      return { state: 'unknown', reason: 'streams still came and went when the time was up; run it again' }
    }
    const crowd = crowdOf(streams.filter(({ protocol }) => (protocol ?? plain.protocol)?.startsWith('http/1')))
    const expected = 'one stream per tab, or one for all tabs'
    const figures = { limit: 1, actual: Math.max(crowd.length, Math.min(1, streams.length)) }
    const measured = `${streams.length} in tab ${tab}${streams.length > 0 ? `: ${streamList(streams)}` : ''}`
    if (crowd.length <= 1 && plain.unseenWorkers) return { state: 'unknown', reason: unseenWorkersWords(plain) }
    if (crowd.length <= 1) return { state: 'pass', measured, expected, ...figures }
    return {
      state: 'fail',
      measured,
      expected,
      why: `${Math.floor(connectionsPerOrigin / crowd.length)} such ${plural(Math.floor(connectionsPerOrigin / crowd.length))} use up the ${connectionsPerOrigin} connections that HTTP/1.1 gives an origin.${twiceWords(crowd)}`,
      fixes: fixesFor(crowd),
      ...figures,
      locations: placesOf(crowd),
    }
  },
}

/** The streams of the origin that has the most. */
function crowdOf(streams: readonly ObservedStream[]): ObservedStream[] {
  const byOrigin = new Map<string, ObservedStream[]>()
  for (const stream of streams) {
    const origin = URL.canParse(stream.url) ? new URL(stream.url).origin : stream.url
    byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), stream])
  }
  return [...byOrigin.values()].sort((a, b) => b.length - a.length)[0] ?? []
}

function isTwice(streams: readonly ObservedStream[]): boolean {
  const calls = streams.map(({ url, openedBy }) => `${url} ${openedBy?.file}:${openedBy?.line}:${openedBy?.column}`)
  return new Set(calls).size < calls.length
}

function twiceWords(streams: readonly ObservedStream[]): string {
  return isTwice(streams) ? ' The same line opened the same stream twice: a mount without its clean-up.' : ''
}

function fixesFor(streams: readonly ObservedStream[]): { stack: string; snippet: string }[] {
  const once = {
    stack: 'react',
    snippet: 'useEffect(() => {\n  const source = new EventSource(url)\n  return () => source.close()\n}, [url])',
  }
  const share = {
    stack: 'browser',
    snippet: "import { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url)",
  }
  const merge = { stack: 'server', snippet: 'Send all topics on one stream, told apart by the type of the event.' }
  return isTwice(streams) ? [once, share] : [merge, share]
}

function plural(tabs: number): string {
  return tabs === 1 ? 'tab' : 'tabs'
}
