/** `tabs/stall` of the user's own page: a tab hangs because streams hold all connections. */
import type { AppObservation, ObservedTab } from '../../evidence/app.js'
import { type AppEvidence, isDone } from '../../evidence/app-evidence.js'
import { type AppCheck, type AppVerdict, notDone } from './app-check.js'
import { allHeld, noStreamWords, placesOf } from './stream-words.js'

export const tabsStallOfApp: AppCheck = {
  id: 'tabs/stall',
  severity: 'error',
  judge({ plain, coordinator, tabs }: AppEvidence): AppVerdict {
    if (!isDone(plain)) return notDone(plain)
    if (allHeld(plain).length === 0) return { state: 'skip', reason: noStreamWords(plain) }
    if (tabs < 2) {
      return { state: 'skip', reason: 'takes several tabs, which off this machine need --allow-load' }
    }
    const { firstStalledTab, perTab, protocol } = plain
    const expected = `${tabs} of ${tabs} tabs load, and no request waits for a connection`
    if (firstStalledTab === null) {
      const late = perTab.find(({ loaded }) => !loaded)
      if (late) {
        const reason = `tab ${late.tab} did not load in time, though no limit was reached: is the server slow? Run it again`
        return { state: 'unknown', reason }
      }
      if (!plain.settled) {
        return { state: 'unknown', reason: 'streams still came and went when the time was up; run it again' }
      }
      const over = protocol === null ? '' : ` over ${protocolWords(protocol)}`
      return {
        state: 'pass',
        measured: `${tabs} of ${tabs} tabs load${over}, nothing waits`,
        expected,
        limit: 0,
        actual: 0,
      }
    }
    return {
      state: 'fail',
      measured: `${stallWords(plain)}${isDone(coordinator) ? `; with the coordinator ${cureWords(coordinator)}${leftWords(plain, coordinator)}` : ''}`,
      expected,
      why: 'Over HTTP/1.1 a browser opens six connections to an origin, for all tabs together. Streams hold them until their tabs close.',
      fixes: [
        { stack: 'browser', snippet: isReadOtherwise(plain) ? inPlaceOfFetch : inPlaceOfEventSource },
        { stack: 'server', snippet: 'Serve the app over HTTP/2: all tabs then share one connection.' },
      ],
      limit: 0,
      actual: tabsThatHang(plain),
      locations: placesOf(allHeld(plain)),
    }
  },
}

const inPlaceOfEventSource =
  "import { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url)"

/** For what EventSource cannot send, such as headers. */
const inPlaceOfFetch = [
  "import { SSECoordinator } from 'sse-coord/coordinator'",
  '// in place of fetch; takes headers, scope, method and body too',
  'const events = new SSECoordinator({ url, onEvent })',
  'events.connect()',
].join('\n')

/** Whether the page reads a stream with something else than EventSource. */
const isReadOtherwise = (plain: AppObservation): boolean => allHeld(plain).some(({ kind }) => kind !== 'EventSource')

/** Why the trial with the coordinator helped no better: it takes the place of EventSource, and of nothing else. */
function leftWords(plain: AppObservation, { firstStalledTab }: AppObservation): string {
  return firstStalledTab !== null && isReadOtherwise(plain)
    ? ', as the page reads with fetch, and only EventSource was replaced'
    : ''
}

/** From the first that stalls on, those that do not load or in which something waits for a connection. */
function tabsThatHang({ perTab, firstStalledTab }: AppObservation): number {
  const hangs = ({ loaded, waiting, streams }: ObservedTab) =>
    !loaded || waiting.length > 0 || streams.some(({ state }) => state === 'waiting')
  return perTab.filter((one) => one.tab >= (firstStalledTab ?? Number.POSITIVE_INFINITY) && hangs(one)).length
}

function stallWords(plain: AppObservation): string {
  const { firstStalledTab, tabs, origins, perTab } = plain
  const origin = origins.find(({ streamsWaiting, stalledRequests }) => streamsWaiting + stalledRequests > 0)
  const stalled = perTab.find(({ tab }) => tab === firstStalledTab)
  const what = stalled?.loaded ? 'loads, and its requests wait' : 'never loads'
  const open = origin ? `, as ${origin.streamsOpen} streams are open at ${origin.origin}` : ''
  return `${tabsThatHang(plain)} of ${tabs} tabs hang: tab ${firstStalledTab} ${what}${open}`
}

function cureWords({ perTab, tabs, origins, firstStalledTab }: AppObservation): string {
  const loaded = perTab.filter((tab) => tab.loaded).length
  const open = origins.reduce((sum, { streamsOpen }) => sum + streamsOpen, 0)
  const stall = firstStalledTab === null ? '' : ` and tab ${firstStalledTab} stalls`
  return `${loaded} of ${tabs} load over ${open} ${open === 1 ? 'stream' : 'streams'}${stall}`
}

function protocolWords(protocol: string): string {
  if (protocol === 'h2') return 'HTTP/2'
  return protocol === 'h3' ? 'HTTP/3' : protocol.toUpperCase()
}
