/** The page of the dashboard: hands what it hears to the views, and draws what moves with time. */
import type { DashboardState } from '../messages.js'
import { createConnectionsView } from './connections-view.js'
import { byId, setAttribute, setText } from './element.js'
import { createEventsView } from './events-view.js'
import { createFaultsView } from './faults-view.js'
import { createInjectionView } from './injection-view.js'
import { type LinkStatus, listen, takeToken } from './link.js'
import { createStreamsView } from './streams-view.js'
import { timeOf } from './words.js'

const mayChange = takeToken() !== null
const statusWords: Record<LinkStatus, string> = {
  live: 'Live',
  reconnecting: 'Reconnecting …',
  gone: 'The proxy has ended',
}

byId('read-only').hidden = mayChange
// An address with another token, opened in this tab, does not load the page by itself.
addEventListener('hashchange', () => location.hash.startsWith('#token=') && location.reload())

const events = createEventsView((stream) => {
  streams.select(null)
  document.querySelector<HTMLElement>(`[data-stream="${stream}"]`)?.focus()
})
const choose = (stream: number): void => {
  streams.select(stream)
  events.show(stream)
  if (state) events.update(state)
}
const connections = createConnectionsView(choose)
const streams = createStreamsView(choose)
const faults = createFaultsView(mayChange)
const injection = createInjectionView(mayChange)

let state: DashboardState | undefined
/** When the line broke off; what is shown is of then. */
let lostAt: number | undefined

listen({
  onState(now) {
    if (state && now.at < state.at) return // an answer that was overtaken
    state = now
    showRoute(now)
    for (const view of [connections, streams, events, faults, injection]) view.update(now)
  },
  onEvents(batch) {
    streams.addTicks(batch.counts)
    connections.pulse(new Set(batch.counts.map(([stream]) => stream)))
    events.add(batch)
  },
  onStatus(status) {
    setText(byId('link'), statusWords[status])
    setAttribute(byId('link'), 'data-status', status)
    lostAt = status === 'live' ? undefined : (lostAt ?? Date.now())
    showLoss()
  },
})

/** Says that nothing comes any more, so that nobody takes what is left on the page for what is. */
function showLoss(): void {
  const isLost = lostAt !== undefined && state !== undefined
  setAttribute(document.body, 'data-lost', isLost)
  setAttribute(byId('lost'), 'hidden', !isLost)
  if (isLost) setText(byId('lost-at'), timeOf(lostAt ?? 0).slice(0, -4))
}

function showRoute({ proxy, hasHar }: DashboardState): void {
  setText(byId('route'), proxy.target === null ? `${proxy.url} (forward)` : `${proxy.url} → ${proxy.target}`)
  setAttribute(byId('har'), 'hidden', !hasHar)
  const open = byId<HTMLAnchorElement>('open-app')
  setText(open, proxy.url)
  setAttribute(open, 'href', proxy.url)
}

/** Time lines move along: smoothly, or in steps of a second where motion is not wanted; not while nothing is heard. */
const still = matchMedia('(prefers-reduced-motion: reduce)')
let drawnAt = 0
function draw(): void {
  const now = Date.now()
  if (lostAt === undefined && now - drawnAt >= (still.matches ? 1000 : 100)) {
    drawnAt = now
    connections.draw(now)
    streams.draw(now)
  }
  requestAnimationFrame(draw)
}
requestAnimationFrame(draw)
