/** The connections of one origin as a row of slots: `■■□□□□`. */

/**
 * One sign per connection that the browser grants to an origin, the used ones filled; what goes beyond is a number.
 *
 * @param used connections in use
 * @param of connections granted; 6 over HTTP/1.1
 */
export function formatSlots(used: number, of: number, options: { unicode: boolean }): string {
  const [full, free] = options.unicode ? ['■', '□'] : ['#', '.']
  const filled = Math.max(0, Math.min(used, of))
  const row = full.repeat(filled) + free.repeat(of - filled)
  return used > of ? `${row} +${used - of}` : row
}
