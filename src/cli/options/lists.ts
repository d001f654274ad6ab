/** Options that take several values: parted by commas, or given one at a time. */
import { parseDuration } from '../../config/quantities.js'
import { SseCoordError } from '../../error.js'

/** Words parted by commas or given one at a time, in their order. */
export function words(flag: string, example: string): (text: string, previous?: readonly string[]) => string[] {
  return (text, previous = []) => {
    const read = text.split(',').map((word) => word.trim())
    if (read.every((word) => word !== '')) return [...previous, ...read]
    throw new SseCoordError(
      'bad-option',
      `${flag} takes words parted by commas, as in ${flag} ${example}, not '${text}'.`,
    )
  }
}

/** Each value as it is, for an option that may be repeated. */
export function repeated(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text]
}

/** A duration, or two with `..` between them. Milliseconds. */
export function durationRange(flag: string, example: string): (text: string) => number | [number, number] {
  return (text) => {
    const [from, to] = text.split('..').map(parseDuration)
    const isRange = text.includes('..')
    if (from !== undefined && !isRange) return from
    if (from !== undefined && to !== undefined && from <= to && text.split('..').length === 2) return [from, to]
    const sentence = `${flag} takes a duration or two, as in ${flag} ${example}, not '${text}'.`
    throw new SseCoordError('bad-option', sentence)
  }
}

/** A number above or at `least`, which may have a fraction. */
export function decimal(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new SseCoordError('bad-option', `${flag} takes a number from ${least} to ${most}, not '${text}'.`)
  }
}
