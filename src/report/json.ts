/** The report for programs: the document that src/evidence/report.ts promises, and nothing else. */
import type { Report } from '../evidence/report.js'

/**
 * The report as one JSON document, indented by two, that ends in a line break. Control characters that JSON would
 * allow are escaped all the same: the document may be looked at in a terminal.
 */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2).replace(/[\u007f-\u009f\u2028\u2029]/g, escapeUnicode)}\n`
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
