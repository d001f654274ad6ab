/** What the two fail-over checks share: the cases they judge, and the words for them. */
import type { Evidence } from '../evidence/evidence.js'
import type { FailoverCase } from '../evidence/report.js'

/** The cases in which the coordinator led; those of the plain Web Lock are there for contrast. */
export function coordinatorCases({ experiments }: Evidence): FailoverCase[] {
  return (experiments.failover ?? []).filter((failover) => failover.leader === 'coordinator' && failover.trials > 0)
}

/** What happened to the leading tab, to follow “when the leading tab …”. */
export const eventWords: Record<FailoverCase['event'], string> = {
  close: 'closes',
  crash: 'crashes',
  freeze: 'is frozen',
  hang: 'hangs',
  bfcache: 'enters the back/forward cache',
}
