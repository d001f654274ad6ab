/** “Fix these first”: what to paste, most harmful trouble first. */
import type { Finding } from '../evidence/report.js'
import { count } from '../evidence/words.js'
import type { Pen } from './pen.js'
import { formatSnippet } from './snippet.js'
import { wrap } from './wrap.js'

/** More than these nobody does in one sitting; the others have their lines above. */
const most = 8

/** @param findings those that failed, in the order in which they are to be mended */
export function formatFixes(all: readonly Finding[], width: number, pen: Pen): string[] {
  if (all.length === 0) return []
  const lines = [pen.paint('strong', 'Fix these first')]
  const findings = all.filter((finding, index) => all.findIndex((other) => isAlike(finding, other)) === index)
  findings.slice(0, most).forEach((finding, index) => {
    const number = `${index + 1}`.padStart(2)
    const times = all.filter((other) => isAlike(finding, other)).length
    const name = times > 1 ? `${finding.id} (${count(times, 'stream')})` : finding.id
    lines.push(...wrap(pen.text(`${name}: ${finding.why ?? ''}`), width, '    ', `${number}  `))
    // What is to be pasted once is shown once.
    const same = findings.findIndex(({ fixes }) => JSON.stringify(fixes) === JSON.stringify(finding.fixes))
    if (same < index) {
      lines.push(`    the same as ${same + 1}`)
      return
    }
    for (const { stack, snippet } of finding.fixes) {
      lines.push(...wrap(pen.text(`${stack}:`), width, '    '))
      lines.push(...formatSnippet(snippet, width, pen, ' '.repeat(8)))
    }
  })
  const rest = findings.length - most
  if (rest > 0) lines.push(`    and ${rest} more, each with its page`)
  lines.push(...wrap(pen.text(`More on each: npx sse-coord explain ${findings[0]?.id}`), width, '    '))
  return lines
}

/** Whether the same is to be done for both, as where several streams have one fault. */
function isAlike(one: Finding, other: Finding): boolean {
  return one.id === other.id && one.why === other.why && JSON.stringify(one.fixes) === JSON.stringify(other.fixes)
}
