/** Every request of every tab as a bar: waiting for a connection, connecting, streaming. Before and after the coordinator. */

import { formatDuration } from '../../evidence/duration.js'
import type { Report, TabRequest, TabsTimeline } from '../../evidence/report.js'
import { count } from '../../evidence/words.js'
import { type Markup, markup } from './markup.js'
import { chooseRows, phasesOf } from './request-rows.js'
import { sideWords } from './side-words.js'

const scale = 1000

/** The section; nothing where requests were not followed. */
export function waterfallSection({ experiments }: Report): Markup | null {
  const timelines = (experiments.tabs ?? []).filter(({ tabs }) => tabs.some(({ requests }) => requests.length > 0))
  if (timelines.length === 0) return null
  return markup`<section aria-labelledby="waterfall">
<h2 id="waterfall">What every tab asked for</h2>
<p class="lead">The tabs were opened one after the other, on one clock. Each bar begins when the page asked. A request that waits has no connection: nothing tells the page so.</p>
<ul class="legend">
<li><span class="swatch" style="background:var(--wait)"></span>waiting for a connection</li>
<li><span class="swatch" style="background:var(--load)"></span>connecting and loading</li>
<li><span class="swatch" style="background:var(--stream)"></span>streaming</li>
</ul>
${timelines.map(figure)}
</section>`
}

function figure({ page, side, spanMs, tabs }: TabsTimeline): Markup {
  const requests = tabs.flatMap((tab) => tab.requests)
  const isOpen = ({ kind, answeredMs, endedMs }: TabRequest) =>
    kind === 'stream' && answeredMs !== null && endedMs === null
  const streams = requests.filter(isOpen).length
  const stuck = requests.filter(({ answeredMs, endedMs }) => answeredMs === null && endedMs === null).length
  const words = [
    count(tabs.length, 'tab'),
    count(requests.length, 'request'),
    ...(streams > 0 ? [`${count(streams, 'stream')} open at the end`] : []),
    stuck === 0 ? 'nothing waits' : `${stuck} without an answer`,
  ]
  const untold = requests.every(({ sentMs }) => sentMs === null)
  return markup`<div class="card"><h3 class="break">${capitalised(sideWords[side])}</h3><p class="small quiet break">${[page, ...words].join(' · ')}</p>
${untold && markup`<p class="small quiet">This browser does not tell when a request got its connection: a bar is loading from its start, and waiting where no answer came.</p>`}
${tabs.map((one) => tabRows(one, spanMs, tabs.length))}
<div class="row" aria-hidden="true"><span></span><span class="axis"><span>0</span><span>${formatDuration(spanMs / 2)}</span><span>${formatDuration(spanMs)}</span></span><span></span></div></div>`
}

function tabRows({ tab, requests }: TabsTimeline['tabs'][number], spanMs: number, tabs: number): Markup | null {
  if (requests.length === 0) return null
  const { shown, hidden } = chooseRows(requests, tabs)
  return markup`<div class="tab">${shown.map((request, index) => row(tab, request, spanMs, index === 0))}
${hidden > 0 && markup`<p class="small quiet">and ${count(hidden, 'request')} more, all answered</p>`}</div>`
}

function row(tab: number, request: TabRequest, spanMs: number, first: boolean): Markup {
  const { url, kind, answeredMs, endedMs } = request
  const said = outcome(request, spanMs)
  const bars = phasesOf(request, spanMs).map(({ fromMs, toMs, colour }) => {
    const x = at(fromMs, spanMs)
    return markup`<rect x="${x}" y="0" width="${Math.max(4, at(toMs, spanMs) - x)}" height="14" fill="var(${colour})"/>`
  })
  const name = `${kind === 'page' ? 'page ' : ''}${shorten(url)}`
  return markup`<div class="row"><span class="name" title="${url}">${first && markup`<b>tab ${tab}</b>`}${name}</span>
<svg viewBox="0 0 ${scale} 14" preserveAspectRatio="none" role="img" aria-label="tab ${tab}, ${name}: ${said}">${bars}</svg>
<span class="said${answeredMs === null && endedMs === null ? ' bad-text' : ''}">${said}</span></div>`
}

function outcome({ kind, askedMs, sentMs, answeredMs, endedMs }: TabRequest, spanMs: number): string {
  const lasted = formatDuration((endedMs ?? spanMs) - askedMs)
  if (answeredMs === null) {
    if (endedMs !== null) return `given up, ${lasted}`
    return `${sentMs === null ? 'waits' : 'no answer'}, ${lasted}`
  }
  if (kind === 'stream') return `open in ${formatDuration(answeredMs - askedMs)}`
  return endedMs === null ? `answered, ${formatDuration(answeredMs - askedMs)}` : lasted
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function at(ms: number, spanMs: number): number {
  return Math.round((Math.min(Math.max(ms, 0), spanMs) / Math.max(1, spanMs)) * scale)
}

/** Path and query; the origin is the page’s own more often than not. */
function shorten(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}
