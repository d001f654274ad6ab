/** How long the other tabs heard nothing when the leading tab went, as strips on one scale of powers of ten. */

import { formatDuration } from '../../evidence/duration.js'
import type { FailoverCase, Handover, Report } from '../../evidence/report.js'
import { count } from '../../evidence/words.js'
import { endings, present } from '../failover-words.js'
import { type Markup, markup } from './markup.js'

const scale = 1000
/** The scale runs from 1 ms to 10 s. */
const decades = 4

/** One ending of the leading tab, whoever shares the stream. */
interface Strip extends Pick<FailoverCase, 'event' | 'medianMs' | 'maxMs' | 'timedOut'> {
  by: string | null
  waitMs: number | undefined
  /** Null where nobody can tell. */
  lost: number | null
  duplicated: number
}

/** The section; nothing where no leader was ended. */
export function failoverSection({ experiments }: Report): Markup | null {
  const { failover = [], handovers = [] } = experiments
  if (failover.length + handovers.length === 0) return null
  const pages = [...new Set(handovers.map(({ page }) => page))]
  return markup`<section aria-labelledby="failover">
<h2 id="failover">When the leading tab goes</h2>
<p class="lead">The silence at the other tabs, until one of them has the stream. The thin line reaches to the slowest run.</p>
${pages.map((page) => card(page, handovers.filter((one) => one.page === page).map(stripOfPage)))}
${failover.length > 0 && card(handovers.length > 0 ? 'A stream of our own' : null, failover.map(stripOfLab))}
</section>`
}

function card(title: string | null, strips: readonly Strip[]): Markup {
  const ordered = endings.flatMap((event) => strips.filter((one) => one.event === event))
  return markup`<div class="card">${title !== null && markup`<h3 class="break">${title}</h3>`}${ordered.map(row)}
<div class="row strip" aria-hidden="true"><span></span><span class="axis"><span>1 ms</span><span>10 ms</span><span>100 ms</span><span>1 s</span><span>10 s</span></span><span></span></div></div>`
}

function stripOfLab({ leader, waitMs, ...one }: FailoverCase): Strip {
  return { ...one, waitMs, by: leader === 'web-lock' ? 'plain Web Lock' : 'coordinator' }
}

function stripOfPage(one: Handover): Strip {
  return { ...one, by: one.runs > 1 ? count(one.runs, 'run') : null, duplicated: 0 }
}

function row(one: Strip): Markup {
  const { event, by, medianMs, maxMs, timedOut, lost, duplicated } = one
  const said = outcome(one)
  const failed = timedOut > 0 || (lost ?? 0) > 0 || duplicated > 0
  const silent = medianMs === null && timedOut > 0
  const colour = failed ? '--bad' : '--stream'
  const end = silent ? scale : at(medianMs ?? 0)
  const bars = markup`<rect x="0" y="0" width="${end}" height="14" fill="var(${colour})"${silent && markup` opacity="0.55"`}/>${!silent && maxMs !== null && maxMs > (medianMs ?? 0) && markup`<rect x="${end}" y="6" width="${at(maxMs) - end}" height="2" fill="var(${colour})"/>`}`
  return markup`<div class="row strip"><span class="name">${present[event]}${by !== null && markup` <span class="quiet">· ${by}</span>`}</span>
<svg viewBox="0 0 ${scale} 14" preserveAspectRatio="none" role="img" aria-label="the leading tab ${present[event]}${by === null ? '' : `, ${by}`}: ${said}">${bars}</svg>
<span class="said${failed ? ' bad-text' : ''}">${said}</span></div>`
}

function outcome({ medianMs, timedOut, waitMs, lost, duplicated }: Strip): string {
  if (medianMs === null) {
    if (timedOut === 0) return 'not measured'
    return waitMs === undefined ? 'silent' : `silent for ${formatDuration(waitMs)}`
  }
  const parts = [formatDuration(medianMs)]
  if (lost !== null) parts.push(`${lost} lost`)
  if (duplicated > 0) parts.push(`${duplicated} twice`)
  if (timedOut > 0) parts.push(`${timedOut} silent`)
  return parts.join(' · ')
}

function at(ms: number): number {
  return Math.round((Math.min(decades, Math.max(0, Math.log10(Math.max(1, ms)))) / decades) * scale)
}
