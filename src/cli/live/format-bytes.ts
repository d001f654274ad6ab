/** Sizes as people read them. */

const units = ['KB', 'MB', 'GB']

/** A size in words: `812 B`, `18 KB`, `1.2 MB`; a KB is 1024 bytes. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 'B'
  for (const larger of units) {
    if (value < 1000) break
    value /= 1024
    unit = larger
  }
  return `${value < 9.95 && unit !== 'B' ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`
}
