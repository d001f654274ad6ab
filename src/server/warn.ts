/** Tells of what would be lost without a word where nobody listens: as a warning of the process, on stderr by default. */

/** Told already: an outage has thousands of losses of one kind. */
const told = new Set<string>()
const mostTold = 100

/** Warns of `error`, once for each message. */
export function warnOnce(what: string, error: unknown, advice: string): void {
  const words = `${what}: ${error instanceof Error ? error.message : String(error)}. ${advice}`
  if (told.has(words) || told.size >= mostTold) return
  told.add(words)
  process.emitWarning(words, { type: 'SseCoordWarning' })
}
