/** Every request of every tab as a bar: waiting for a connection, connecting, streaming. Before and after the coordinator. */

import { formatDuration } from '../../evidence/duration.js'
import type { Report, TabRequest, TabsTimeline } from '../../evidence/report.js'
import { count } from '../../evidence/words.js'
import { type Markup, markup } from './markup.js'

/** Rows of one figure; a page of a hundred requests in fifty tabs would be no picture any more. */
const mostRows = 240
const scale = 1000

/** The section; nothing where requests were not followed. */
export function waterfallSection({ experiments }: Report): Markup | null {
  const timelines = experiments.tabs ?? []
  if (timelines.length === 0) return null
  return markup`<section aria-labelledby="waterfall">
<h2 id="waterfall">What every tab asked for</h2>
<p class="lead">Each bar begins when the page asked. A request that waits has no connection: nothing tells the page so.</p>
<ul class="legend">
<li><span class="swatch" style="background:var(--wait)"></span>waiting for a connection</li>
<li><span class="swatch" style="background:var(--load)"></span>connecting and loading</li>
<li><span class="swatch" style="background:var(--stream)"></span>streaming</li>
</ul>
${timelines.map(figure)}
</section>`
}

const sides: Record<TabsTimeline['side'], string> = {
  plain: 'as the app is',
  coordinator: 'with the coordinator',
}

function figure({ page, side, spanMs, tabs }: TabsTimeline): Markup {
  let rows = mostRows
  const groups = tabs.flatMap(({ tab, requests }) => {
    const shown = requests.slice(0, Math.max(0, rows))
    rows -= shown.length
    return shown.length === 0
      ? []
      : [markup`<div class="tab">${shown.map((request, index) => row(tab, request, spanMs, index === 0))}</div>`]
  })
  const total = tabs.reduce((sum, { requests }) => sum + requests.length, 0)
  const stuck = tabs.reduce(
    (sum, { requests }) => sum + requests.filter(({ answeredMs }) => answeredMs === null).length,
    0,
  )
  const words = `${count(tabs.length, 'tab')}, ${count(total, 'request')}, ${stuck === 0 ? 'all answered' : `${stuck} without an answer`}`
  return markup`<div class="card"><h3 class="break">${page}</h3><p class="small quiet">${sides[side]} · ${words}</p>
${groups}
${total > mostRows && markup`<p class="small quiet">${total - mostRows} more are in the evidence.</p>`}
<div class="row" aria-hidden="true"><span></span><span class="axis"><span>0</span><span>${formatDuration(spanMs / 2)}</span><span>${formatDuration(spanMs)}</span></span><span></span></div></div>`
}

function row(tab: number, request: TabRequest, spanMs: number, first: boolean): Markup {
  const { url, kind } = request
  const said = outcome(request, spanMs)
  const bars = phasesOf(request, spanMs).map(({ fromMs, toMs, colour }) => {
    const x = at(fromMs, spanMs)
    return markup`<rect x="${x}" y="0" width="${Math.max(4, at(toMs, spanMs) - x)}" height="14" fill="var(${colour})"/>`
  })
  const name = shorten(url)
  return markup`<div class="row"><span class="name" title="${url}">${first && markup`<b>tab ${tab}</b>`}${kind === 'page' ? 'the page' : name}</span>
<svg viewBox="0 0 ${scale} 14" preserveAspectRatio="none" role="img" aria-label="tab ${tab}, ${kind === 'page' ? 'the page' : name}: ${said}">${bars}</svg>
<span class="said${request.answeredMs === null ? ' bad-text' : ''}">${said}</span></div>`
}

interface Phase {
  fromMs: number
  toMs: number
  colour: string
}

function phasesOf({ kind, askedMs, sentMs, answeredMs, endedMs }: TabRequest, spanMs: number): Phase[] {
  const endMs = endedMs ?? spanMs
  if (answeredMs === null) {
    if (sentMs === null) return [{ fromMs: askedMs, toMs: endMs, colour: '--wait' }]
    return [
      { fromMs: askedMs, toMs: sentMs, colour: '--wait' },
      { fromMs: sentMs, toMs: endMs, colour: '--load' },
    ]
  }
  return [
    ...(sentMs === null ? [] : [{ fromMs: askedMs, toMs: sentMs, colour: '--wait' }]),
    { fromMs: sentMs ?? askedMs, toMs: answeredMs, colour: '--load' },
    { fromMs: answeredMs, toMs: endMs, colour: kind === 'stream' ? '--stream' : '--load' },
  ].filter(({ fromMs, toMs }) => toMs > fromMs)
}

function outcome({ kind, askedMs, sentMs, answeredMs, endedMs }: TabRequest, spanMs: number): string {
  const end = endedMs ?? spanMs
  if (answeredMs === null) return `${sentMs === null ? 'waits' : 'no answer'}, ${formatDuration(end - askedMs)}`
  if (kind === 'stream') return `open in ${formatDuration(answeredMs - askedMs)}`
  return endedMs === null ? `answered, ${formatDuration(answeredMs - askedMs)}` : formatDuration(endedMs - askedMs)
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
