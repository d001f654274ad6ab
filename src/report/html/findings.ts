/** The findings: those that failed as cards with figures, places and fixes; the others folded away. */
import type { Finding, Report } from '../../evidence/report.js'
import { formatDelta, formatPlace, limitWord } from '../finding-text.js'
import { failuresOf } from '../tally.js'
import { type Markup, markup } from './markup.js'

export function findingsSection(report: Report): Markup | null {
  const failures = failuresOf(report)
  const others = report.findings.filter(({ state }) => state !== 'fail')
  if (failures.length + others.length === 0) return null
  return markup`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
<p class="lead">${failures.length === 0 ? 'Nothing that was judged failed.' : 'The worst first; each with what to change.'}</p>
${failures.map(card)}
${others.length > 0 && markup`<details class="card"><summary>${others.length} that passed or could not be judged</summary><ul class="plain">${others.map(item)}</ul></details>`}
</section>`
}

const tones = { error: 'bad', warning: 'warn', info: 'plain' } as const

function card(finding: Finding): Markup {
  const { id, severity, target, measured, expected, why, locations, fixes } = finding
  return markup`<article class="card finding ${severity}"><header><h3>${id}</h3><span class="kind ${tones[severity]}">${severity}</span>${target !== null && markup`<span class="small quiet break">${target}</span>`}</header>
${numbers(finding)}
<dl>
${measured !== null && markup`<dt>measured</dt><dd>${measured}</dd>`}
${expected !== null && markup`<dt>expected</dt><dd>${expected}</dd>`}
${locations.map((place) => markup`<dt>at</dt><dd><code>${formatPlace(place)}</code></dd>`)}
</dl>
${why !== null && markup`<p class="why">${why}</p>`}
${fixes.map(({ stack, snippet }) => markup`<div class="fix"><b>Fix</b> · ${stack}<pre>${snippet.replace(/\n+$/, '')}</pre></div>`)}
<p class="small quiet" style="margin-top:12px">More: <code>sse-coord explain ${id}</code></p></article>`
}

function numbers(finding: Finding): Markup | null {
  const { limit, actual, baseline, delta } = finding
  if (actual === null) return null
  const shown = [
    ['actual', `${actual}`],
    [limitWord(finding), limit === null ? null : `${limit}`],
    ['baseline', baseline === null ? null : `${baseline}`],
    ['change', delta === null ? null : formatDelta(delta)],
  ].filter(([, value]) => value !== null)
  return markup`<dl class="numbers">${shown.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

const signs: Record<Finding['state'], string> = { pass: '✓', fail: '✗', skip: '–', unknown: '?' }

function item({ id, state, target, reason, measured }: Finding): Markup {
  const tone = state === 'pass' ? 'good-text' : 'quiet'
  const words = reason ?? measured
  return markup`<li><span class="${tone}" aria-hidden="true">${signs[state]}</span><span class="vh">${state}:</span> <b>${id}</b>${target !== null && markup` <span class="quiet">${target}</span>`}${words !== null && markup`<br><span class="small quiet">${words}</span>`}</li>`
}
