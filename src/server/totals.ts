/** What the sessions of this process add up to, kept as they come and go. */

/** Counts of this process since it started, but for `open`, which is now. */
export interface Totals {
  /** Sessions connected now. */
  open: number
  /** Sessions ever connected. */
  opened: number
  /** Sessions cut off because their client did not read. */
  cutOff: number
  /** Events dropped or conflated because a client did not read. */
  dropped: number
}

export const totals: Totals = { open: 0, opened: 0, cutOff: 0, dropped: 0 }
