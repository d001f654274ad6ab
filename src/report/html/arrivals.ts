/** What arrived when, as marks on a line of time: a stream that flows, or bursts after silence. */

import { formatDuration } from '../../evidence/duration.js'
import type { Finding, Report, Timeline } from '../../evidence/report.js'
import { count } from '../../evidence/words.js'
import { type Markup, markup } from './markup.js'

const scale = 1000

/** The section; nothing where no finding holds a line of time. */
export function arrivalsSection({ findings }: Report): Markup | null {
  const shown = findings.filter(({ timelines }) => timelines !== undefined && timelines.length > 0)
  if (shown.length === 0) return null
  return markup`<section aria-labelledby="arrivals">
<h2 id="arrivals">When events arrived</h2>
<p class="lead">Each mark is what arrived at once; a taller mark is more events.</p>
${shown.map(figure)}
</section>`
}

/** Lines under each other are on one scale, so that the eye can compare them. */
function figure({ id, target, timelines = [] }: Finding): Markup {
  const spanMs = Math.max(1, ...timelines.map((timeline) => timeline.spanMs))
  return markup`<div class="card"><h3 class="break">${id}${target !== null && markup` <span class="quiet">${target}</span>`}</h3>
${timelines.map((timeline) => line(timeline, spanMs))}
<div class="row" aria-hidden="true"><span></span><span class="axis"><span>0</span><span>${formatDuration(spanMs / 2)}</span><span>${formatDuration(spanMs)}</span></span><span></span></div></div>`
}

function line({ label, spanMs, marks }: Timeline, scaleMs: number): Markup {
  const most = Math.max(1, ...marks.map((mark) => mark.count))
  const total = marks.reduce((sum, mark) => sum + mark.count, 0)
  const bars = marks.map((mark) => {
    const height = 8 + (32 * mark.count) / most
    const x = Math.round((mark.atMs / scaleMs) * (scale - 6))
    return markup`<rect x="${x}" y="${40 - height}" width="5" height="${height}" fill="var(--stream)"/>`
  })
  const words = `${count(total, 'event')} in ${formatDuration(spanMs)}`
  return markup`<div class="row tall"><span class="name">${label}</span>
<svg viewBox="0 0 ${scale} 40" preserveAspectRatio="none" role="img" aria-label="${label}: ${words}">${bars}</svg>
<span class="said">${words}</span></div>`
}
