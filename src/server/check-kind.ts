/** Values whose kind JavaScript does not mind, and that would do harm later, or nothing without a word. */
import { badOption } from './refuse.js'

/** @throws SseCoordError when `value` is given and no function */
export function expectFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw badOption(`${name} is a function, not ${nameOf(value)}`)
}

/** @throws SseCoordError when `value` is given and no text */
export function expectText(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') throw badOption(`${name} is a text, not ${nameOf(value)}`)
}

/** What to call it in a message. */
export function nameOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'plain'})`
  if (typeof value === 'string') return `the text “${value.slice(0, 40)}”`
  return typeof value === 'function' ? 'a function' : String(value)
}
