/** The values that a config is made of. Each says what it takes and shows an example; `validate.ts` puts the key in front. */
import * as v from 'valibot'
import { type Duration, parseDuration } from './quantities.js'

/** What a value is judged by, and what comes out of it. */
export type Leaf<Value> = v.GenericSchema<unknown, Value>

/** One value: what it takes, in words, with an example. */
export function leaf<Value>(takes: string, example: string, fits: (value: unknown) => boolean): Leaf<Value> {
  return v.custom<Value>(fits, `takes ${takes}, as in ${example}`)
}

/** Any text but none. */
export function text(what: string, example: string): Leaf<string> {
  return leaf(what, example, isText)
}

export function wholeNumber(least: number, most: number, example: string): Leaf<number> {
  return leaf(`a whole number from ${least} to ${most}`, example, (value) => isWhole(value, least, most))
}

export function flag(example: string): Leaf<boolean> {
  return leaf('true or false', example, (value) => typeof value === 'boolean')
}

export function oneOf<Word extends string>(words: readonly Word[], example: string): Leaf<Word> {
  const takes = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
  return leaf(takes, example, (value) => words.some((word) => word === value))
}

/** A limit, or `false` for none. */
export function limit(most: number, example: string): Leaf<number | false> {
  return leaf(
    `a whole number from 0 to ${most}, or false`,
    example,
    (value) => value === false || isWhole(value, 0, most),
  )
}

export function address(example: string): Leaf<string> {
  const isAddress = (value: unknown) =>
    isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
  return leaf('an http or https address', example, isAddress)
}

/** A share such as `25%`, as 0.25. */
export function share(example: string): Leaf<number> {
  const isShare = (value: unknown) => {
    const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null
    return match !== null && Number(match[1]) <= 1000
  }
  return v.pipe(
    leaf<string>('a share from 0% to 1000%', example, isShare),
    v.transform((value) => Number(value.slice(0, -1)) / 100),
  )
}

/** Times, as milliseconds. */
export interface Times {
  /** What they take, in words. */
  takes: string
  time(example: string): Leaf<number>
}

/** @param bareNumbers whether a time may be a number, in milliseconds */
export function timesWith(bareNumbers: boolean): Times {
  const isTime = (value: unknown) =>
    typeof value === 'number'
      ? bareNumbers && value >= 0 && value < 2 ** 31
      : typeof value === 'string' && parseDuration(value) !== undefined
  const takes = bareNumbers ? 'a time' : 'a time with its unit'
  const toMs = v.transform((value: Duration) => (typeof value === 'number' ? value : (parseDuration(value) ?? 0)))
  return { takes, time: (example) => v.pipe(leaf<Duration>(takes, example, isTime), toMs) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}
