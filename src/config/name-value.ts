/** What to call a value that is of the wrong kind, in a message. */

/** `the text “tick”`, `a list`, `an object (Response)`, `a function`, `null`, `7`. */
export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'plain'})`
  if (typeof value === 'string') return `the text “${value.slice(0, 40)}”`
  return typeof value === 'function' ? 'a function' : String(value)
}
