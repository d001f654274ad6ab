/** How long the other tabs heard nothing when the leading tab went, as strips on one scale of powers of ten. */

import { formatDuration } from '../../evidence/duration.js'
import type { FailoverCase, Report } from '../../evidence/report.js'
import { endings, present } from '../failover-words.js'
import { type Markup, markup } from './markup.js'

const scale = 1000
/** The scale runs from 1 ms to 10 s. */
const decades = 4

/** The section; nothing where no leader was ended. */
export function failoverSection({ experiments }: Report): Markup | null {
  const cases = experiments.failover ?? []
  if (cases.length === 0) return null
  const ordered = endings.flatMap((event) => cases.filter((one) => one.event === event))
  return markup`<section aria-labelledby="failover">
<h2 id="failover">When the leading tab goes</h2>
<p class="lead">The silence at the other tabs, until the next event. The thin line reaches to the slowest trial.</p>
<div class="card">${ordered.map(strip)}
<div class="row strip" aria-hidden="true"><span></span><span class="axis"><span>1 ms</span><span>10 ms</span><span>100 ms</span><span>1 s</span><span>10 s</span></span><span></span></div></div>
</section>`
}

function strip(one: FailoverCase): Markup {
  const { event, leader, medianMs, maxMs, timedOut, lost, duplicated } = one
  const said = outcome(one)
  const failed = timedOut > 0 || lost > 0 || duplicated > 0
  const silent = medianMs === null && timedOut > 0
  const colour = failed ? '--bad' : '--stream'
  const end = silent ? scale : at(medianMs ?? 0)
  const bars = markup`<rect x="0" y="0" width="${end}" height="14" fill="var(${colour})"${silent && markup` opacity="0.55"`}/>${maxMs !== null && maxMs > (medianMs ?? 0) && markup`<rect x="${end}" y="6" width="${at(maxMs) - end}" height="2" fill="var(${colour})"/>`}`
  const by = leader === 'web-lock' ? 'plain Web Lock' : 'coordinator'
  return markup`<div class="row strip"><span class="name">${present[event]} <span class="quiet">· ${by}</span></span>
<svg viewBox="0 0 ${scale} 14" preserveAspectRatio="none" role="img" aria-label="the leading tab ${present[event]}, ${by}: ${said}">${bars}</svg>
<span class="said${failed ? ' bad-text' : ''}">${said}</span></div>`
}

function outcome({ medianMs, timedOut, waitMs, lost, duplicated }: FailoverCase): string {
  if (medianMs === null) {
    if (timedOut === 0) return 'not measured'
    return waitMs === undefined ? 'silent' : `silent for ${formatDuration(waitMs)}`
  }
  const parts = [formatDuration(medianMs), `${lost} lost`]
  if (duplicated > 0) parts.push(`${duplicated} twice`)
  if (timedOut > 0) parts.push(`${timedOut} silent`)
  return parts.join(' · ')
}

function at(ms: number): number {
  return Math.round((Math.min(decades, Math.max(0, Math.log10(Math.max(1, ms)))) / decades) * scale)
}
