/** One measured figure, before anyone compares it with a limit. */
import type { CountedStream, Finding } from '../evidence/report.js'
import type { RuleName } from './rules.js'

export interface Figure {
  rule: RuleName
  /** What it was measured on: a page or an origin; null for the browser itself. */
  target: string | null
  /** The same in the baseline, where an address with a changing port would not do. */
  key: string
  /** Null where it could not be measured. */
  actual: number | null
  /** Why it could not be measured, or may have been more; null where the figure stands. */
  doubt: string | null
  /** In words. */
  measured: string
  streams: Omit<CountedStream, 'isNew'>[]
}

/** The places that opened the streams, each once. */
export function placesOf(streams: readonly Omit<CountedStream, 'isNew'>[]): Finding['locations'] {
  const seen = new Set<string>()
  return streams.flatMap(({ place }) => {
    if (!place) return []
    const key = `${place.file}:${place.line}:${place.column}`
    if (seen.has(key)) return []
    seen.add(key)
    return [place]
  })
}
