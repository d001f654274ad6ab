/** Turns the text of an option into its value, or says in one sentence what the option takes. */

import { didYouMean } from '../../config/nearest.js'
import { SseCoordError } from '../../error.js'

/** A whole number between two bounds, both included. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new SseCoordError('bad-option', `${flag} takes a whole number from ${least} to ${most}, not '${text}'.`)
  }
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
