/**
 * The report as one web page that stands alone: no script runs, nothing is fetched, and the whole report is inside as JSON
 * (`<script type="application/json" id="report">`), so that the file is evidence as well as a picture of it.
 */

import { formatDuration } from '../evidence/duration.js'
import type { Report } from '../evidence/report.js'
import { arrivalsSection } from './html/arrivals.js'
import { failoverSection } from './html/failover-strip.js'
import { findingsSection } from './html/findings.js'
import { Markup, markup } from './html/markup.js'
import { slotsSection } from './html/slots.js'
import { style } from './html/style.js'
import { waterfallSection } from './html/waterfall.js'
import { failuresOf, formatVerdict } from './tally.js'

/** Nothing but the page’s own style and its empty icon. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** The whole document. */
export function renderHtml(report: Report): string {
  const title = `${report.tool.name} ${report.command}: ${formatVerdict(report)}`
  return `<!doctype html>\n${
    markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${heading(report)}
${slotsSection(report)}
${waterfallSection(report)}
${arrivalsSection(report)}
${failoverSection(report)}
${findingsSection(report)}
${footer(report)}
</main>
<script type="application/json" id="report">${new Markup(embed(report))}</script>
</body>
</html>
`.text
  }`
}

function heading(report: Report): Markup {
  const { command, environment, targets, startedAt, durationMs, exitCode, error, run, complete } = report
  const [tone, word] =
    exitCode === 0 ? ['good', '✓ passed'] : ['bad', exitCode === 1 ? '✗ failed' : `✗ exit code ${exitCode}`]
  const about = [
    ...(environment.browser ? [`${environment.browser.name} ${environment.browser.version.split('.')[0]}`] : []),
    startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'),
    formatDuration(durationMs),
    ...(complete ? [] : ['cut short']),
  ]
  return markup`<header>
<p><span class="kind ${tone}">${word}</span> <span class="quiet small">sse-coord ${command}</span></p>
<h1 class="break">${verdict(report)}</h1>
<p class="quiet">${about.join(' · ')}</p>
${targets.map((target) => markup`<p class="break"><code>${target}</code></p>`)}
${run !== undefined && markup`<p class="break"><code>${run.command}</code> ended with ${run.exitCode}</p>`}
${error !== undefined && error.hint !== null && markup`<div class="card finding error"><pre>${error.hint}</pre></div>`}
${tally(report.summary)}
</header>`
}

/** The worst that was found, in its own words; the counts stand below. */
function verdict(report: Report): string {
  const worst = failuresOf(report)[0]
  const isWorse = report.error !== undefined || (report.run?.exitCode ?? 0) !== 0
  return isWorse ? formatVerdict(report) : (worst?.measured ?? formatVerdict(report))
}

function tally({ errors, warnings, failed, passed, skipped, unknown }: Report['summary']): Markup | null {
  const notes = failed - errors - warnings
  const parts = (
    [
      [errors, 'errors', 'bad-text'],
      [warnings, 'warnings', 'warn-text'],
      [notes, 'notes', ''],
      [passed, 'passed', 'good-text'],
      [skipped, 'skipped', 'quiet'],
      [unknown, 'unknown', 'quiet'],
    ] as const
  ).filter(([amount]) => amount > 0)
  if (parts.length === 0) return null
  const plural = (amount: number, word: string) => (amount === 1 ? word.replace(/s$/, '') : word)
  return markup`<ul class="tally">${parts.map(([amount, word, tone]) => markup`<li class="${tone}"><b>${amount}</b> ${plural(amount, word)}</li>`)}</ul>`
}

function footer({ tool, environment }: Report): Markup {
  return markup`<footer>Everything here was measured in this run, by ${tool.name} ${tool.version} on Node ${environment.node}, ${environment.os}. The evidence is in this file, as JSON in the element <code>#report</code>.</footer>`
}

/** JSON that no parser of HTML can take for the end of its element. */
function embed(report: Report): string {
  return JSON.stringify(report).replace(
    /[<>&\u2028\u2029\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
