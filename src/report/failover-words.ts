/** How the ways in which a leading tab ends are called: in a table, and in a sentence after “when the leading tab”. */
import type { FailoverCase } from '../evidence/report.js'

export type Ending = FailoverCase['event']

/** In the order in which people meet them. */
export const endings: readonly Ending[] = ['close', 'crash', 'bfcache', 'freeze', 'hang']

/** “When the leading tab … closes”. */
export const present: Record<Ending, string> = {
  close: 'closes',
  crash: 'crashes',
  bfcache: 'follows a link (bfcache)',
  freeze: 'is frozen',
  hang: 'hangs',
}

/** “when the leading tab closed”. */
export const past: Record<Ending, string> = {
  close: 'closed',
  crash: 'crashed',
  bfcache: 'followed a link',
  freeze: 'was frozen',
  hang: 'hung',
}
