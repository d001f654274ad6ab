/** Times as people read them: two figures that matter, and the unit after a space. */

/**
 * A time in words: `24 ms`, `3.2 s`, `41 s`, `1 min 12 s`, `2 h 5 min`.
 *
 * @param ms milliseconds; below zero counts as zero. `null` and what is no finite number give `not measured`.
 */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return 'not measured'
  if (ms > 0 && ms < 0.5) return '<1 ms'
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 9_950) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return inTwoUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  return inTwoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function inTwoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
