/** The report for programs: the document that src/evidence/report.ts promises, and nothing else. */
import type { Report } from '../evidence/report.js'
import { jsonText } from './json-text.js'

/** The report as one JSON document, indented by two, that ends in a line break. */
export function renderJson(report: Report): string {
  return `${jsonText(report, null, 2)}\n`
}
