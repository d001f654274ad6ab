/** The six connections of an origin as six slots: what holds them, and who waits in front. */

import { formatDuration } from '../../evidence/duration.js'
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { OriginUse, Report, StallSide } from '../../evidence/report.js'
import { count } from '../../evidence/words.js'
import { type Markup, markup } from './markup.js'
import { sideWords } from './side-words.js'

const slotWidth = 52
const gap = 8
const height = 44
/** More who wait than this are a number. */
const mostShown = 6

/** The section; nothing where no connection was counted. */
export function slotsSection({ experiments }: Report): Markup | null {
  const { stall: whole, stallCutShort } = experiments
  const stall = whole ?? stallCutShort
  const origins = experiments.origins ?? []
  if (!stall && origins.length === 0) return null
  const cards = stall
    ? [
        sideCard('Plain EventSource', stall.tabs, stall.native),
        ...(whole ? [sideCard('With the coordinator', whole.tabs, whole.coordinator)] : []),
      ]
    : origins.map(originCard)
  return markup`<section aria-labelledby="slots">
<h2 id="slots">Six connections</h2>
<p class="lead">Over HTTP/1.1 a browser opens at most six connections to one origin, for all its tabs together. Each open stream holds one for as long as it lives.</p>
<div class="pair">${cards}</div>
</section>`
}

function sideCard(title: string, tabs: number, side: StallSide): Markup {
  const { streamsOpen, streamsWaiting, tabsReceiving, sockets, fetch, newTab } = side
  const fetched = fetch.answered ? formatDuration(fetch.waitedMs) : `no answer in ${formatDuration(fetch.waitedMs)}`
  const loaded = newTab.loaded
    ? `loads in ${formatDuration(newTab.waitedMs)}`
    : `not loaded in ${formatDuration(newTab.waitedMs)}`
  return markup`<div class="card slots"><h3>${title}</h3>
${drawSlots(sockets, streamsWaiting)}
<dl>
${entry('streams open', streamsOpen === 1 && tabsReceiving > 1 ? '1, shared' : `${streamsOpen}`)}
${entry('waiting for a connection', `${streamsWaiting}`, streamsWaiting > 0 ? 'bad' : undefined)}
${entry('tabs that receive events', `${tabsReceiving} of ${tabs}`, tabsReceiving < tabs ? 'bad' : 'good')}
${entry('a fetch from one of the tabs', fetched, fetch.answered ? 'good' : 'bad')}
${entry('one more tab', loaded, newTab.loaded ? 'good' : 'bad')}
</dl></div>`
}

function originCard({ origin, page, side, sockets, streams, waiting, at }: OriginUse): Markup {
  return markup`<div class="card slots"><h3 class="break">${origin}</h3>${page !== null && markup`<p class="small quiet break">${page}${side !== undefined && markup` · <b>${sideWords[side]}</b>`}</p>`}
${sockets !== null && drawSlots(sockets, waiting ?? 0, streams)}
<dl>
${entry('most connections in use', sockets === null ? 'not measured' : `${sockets}`)}
${entry('most streams open', `${streams}`)}
${entry('waiting at the end', waiting === null ? 'not measured' : `${waiting}`, waiting ? 'bad' : undefined)}
${at !== null && entry('at', at)}
</dl></div>`
}

function entry(name: string, value: string, tone?: 'good' | 'bad'): Markup {
  const sign = tone === undefined ? '' : tone === 'good' ? ' ✓' : ' ✗'
  return markup`<dt>${name}</dt><dd class="${tone ? `${tone}-text` : ''}">${value}${sign}</dd>`
}

/** @param streams how many of the connections in use carry a stream; the others load something */
function drawSlots(used: number, waiting: number, streams: number = used): Markup {
  const beyond = Math.max(0, used - connectionsPerOrigin)
  const queue = Math.min(waiting, mostShown)
  const width = connectionsPerOrigin * (slotWidth + gap) + 16 + mostShown * 22
  const slots = Array.from({ length: connectionsPerOrigin }, (_, index) => {
    const x = index * (slotWidth + gap) + 1
    const streaming = index < Math.min(used, streams)
    const [fill, stroke] =
      index >= used ? ['--track', '--line'] : streaming ? ['--stream', '--stream'] : ['--load', '--load']
    return markup`<rect x="${x}" y="1" width="${slotWidth}" height="${height - 2}" rx="9" fill="var(${fill})" stroke="var(${stroke})" stroke-width="1.5"/>${streaming && markup`<path d="M${x + 14} ${height / 2} q6 -9 12 0 t12 0" fill="none" stroke="var(--card)" stroke-width="3" stroke-linecap="round"/>`}`
  })
  const start = connectionsPerOrigin * (slotWidth + gap) + 16
  const waiters = Array.from(
    { length: queue },
    (_, index) =>
      markup`<circle cx="${start + index * 22 + 8}" cy="${height / 2}" r="7.5" fill="var(--wait-soft)" stroke="var(--wait)" stroke-width="2"/>`,
  )
  const words = [`${Math.min(used, connectionsPerOrigin)} of ${connectionsPerOrigin} connections in use`]
  if (beyond > 0) words.push(`${beyond} beyond`)
  if (waiting > 0) words.push(`${count(waiting, 'request')} waiting`)
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${words.join(', ')}">${slots}${waiters}</svg>
<p class="small quiet">${words.join(' · ')}</p>`
}
