/** Reporters: a report goes in, a text comes out. Where the text goes is for the command line to say. */
import type { Report } from '../evidence/report.js'
import { renderGithub } from './github.js'
import { renderHtml } from './html.js'
import { renderJson } from './json.js'
import { renderJunit } from './junit.js'
import { renderMarkdown } from './markdown.js'
import { renderSarif } from './sarif.js'
import { renderTerminal, type TerminalOptions } from './terminal.js'

export { formatDuration } from '../evidence/duration.js'
export { formatSize } from '../evidence/size.js'
export { count } from '../evidence/words.js'
export { renderJson } from './json.js'
export { jsonText } from './json-text.js'
export { renderPageList } from './page-list.js'
export { createPen, type Mark, type Pen, type Tone, toneOf } from './pen.js'
export { renderPage } from './render-page.js'
export { formatSlots } from './slots.js'
export { renderTerminal, type TerminalOptions } from './terminal.js'
export { fill, splitAtWidth, visibleWidth } from './visible-width.js'
export { wrap } from './wrap.js'

export type ReporterName = 'pretty' | 'json' | 'junit' | 'sarif' | 'github' | 'markdown' | 'html'

/** Every reporter by the name that `--reporter` takes. Only `pretty` looks at the terminal. */
export const reporters: Record<ReporterName, (report: Report, terminal: TerminalOptions) => string> = {
  pretty: renderTerminal,
  json: renderJson,
  junit: renderJunit,
  sarif: renderSarif,
  github: renderGithub,
  markdown: renderMarkdown,
  html: renderHtml,
}

export const reporterNames = Object.keys(reporters) as ReporterName[]
