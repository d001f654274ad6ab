/** Turns the text of an option into its value, or says in one sentence what the option takes. */

import { didYouMean } from '../../config/nearest.js'
import { parseDuration, parseSize } from '../../config/quantities.js'
import { SseCoordError } from '../../error.js'

/** A whole number between two bounds, both included. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new SseCoordError('bad-option', `${flag} takes a whole number from ${least} to ${most}, not '${text}'.`)
  }
}

/** A duration with its unit, as milliseconds: a bare number could be either of two things and is refused. */
export function duration(flag: string, example: string, least = 0): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text)
    if (ms !== undefined && ms >= least) return ms
    const words = `${flag} takes a duration with its unit, as in ${flag} ${example}, not '${text}'.`
    throw new SseCoordError('bad-option', words)
  }
}

/** A size above zero with its unit, as bytes. */
export function size(flag: string, example: string): (text: string) => number {
  return (text) => {
    const bytes = parseSize(text)
    if (bytes !== undefined && bytes > 0) return bytes
    const words = `${flag} takes a size with its unit, as in ${flag} ${example}, not '${text}'.`
    throw new SseCoordError('bad-option', words)
  }
}

/** A share such as `25%`, as it is written. */
export function percentage(flag: string): (text: string) => `${number}%` {
  return (text) => {
    if (/^\d+(\.\d+)?%$/.test(text)) return text as `${number}%`
    throw new SseCoordError('bad-option', `${flag} takes a share with its sign, as in ${flag} 25%, not '${text}'.`)
  }
}

/** A port to listen on; 0 takes any that is free. */
export function port(flag: string): (text: string) => number {
  return wholeNumber(flag, 0, 65_535)
}

/** One of several words. */
export function oneOf<Word extends string>(flag: string, words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((candidate) => candidate === text)
    if (word !== undefined) return word
    const guess = didYouMean(text, words) || '.'
    throw new SseCoordError('bad-option', `${flag} takes ${alternatives(words)}, not '${text}'${guess}`)
  }
}

/** Several of several words, parted by commas or given one at a time; each counts once. */
export function someOf<Word extends string>(
  flag: string,
  words: readonly Word[],
): (text: string, previous: readonly Word[] | undefined) => Word[] {
  const parse = oneOf(flag, words)
  return (text, previous = []) => [...new Set([...previous, ...text.split(',').map((part) => parse(part.trim()))])]
}

/** Any text but none. */
export function someText(flag: string, what: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== '') return text
    throw new SseCoordError('bad-option', `${flag} takes ${what}, not nothing.`)
  }
}

/** `a, b or c`. */
function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
