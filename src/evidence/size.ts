/** Amounts of data as people read them: two figures that matter, and the unit after a space. */

const units = ['kB', 'MB', 'GB']

/** A size in words: `812 B`, `1.2 kB`, `18 kB`, `3 GB`. A kB is 1000 bytes, as where sizes are given to us. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 'B'
  for (const larger of units) {
    // 999.5 would be rounded to four figures.
    if (value < 999.5) break
    value /= 1000
    unit = larger
  }
  return `${value < 9.95 && unit !== 'B' ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`
}
