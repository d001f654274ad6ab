/** What long work says of itself while it runs, for whoever shows it. */

/** One step of a run began or ended. Steps may overlap; `id` ties the two together. */
export interface Progress {
  id: string
  /** In plain words, present tense: “8 tabs with plain EventSource”. */
  title: string
  state: 'started' | 'finished' | 'failed'
  /** How long the step is expected to take, in milliseconds. */
  plannedMs: number
  /** With `finished`: the outcome in a few words. */
  outcome?: string
  /** With `finished`: nothing was measured, as it does not apply or cannot be done here; `outcome` says why. */
  notDone?: 'skip' | 'unknown'
}

export type OnProgress = (progress: Progress) => void
