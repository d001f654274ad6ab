/**
 * Refuses options that nobody knows, and values of a kind that no option takes: passed over, a mistyped one would have the
 * default of another, or do harm later, without a word.
 */
import { SseCoordError } from '../error.js'
import { nameOf } from './name-value.js'
import { didYouMean } from './nearest.js'

/** A kind by its name, the values that there are, or `true`: any, or judged elsewhere. `undefined` an option may always be. */
export type OptionKind = KindName | readonly (string | number)[] | true

type KindName = 'text' | 'number' | 'boolean' | 'function' | 'object' | 'list' | 'texts' | 'url' | 'signal'

interface Kind {
  words: string
  has(value: unknown): boolean
}

const isText = (value: unknown): value is string => typeof value === 'string'

const kinds: Readonly<Record<KindName, Kind>> = {
  text: { words: 'a text', has: isText },
  number: { words: 'a number', has: (value) => typeof value === 'number' && !Number.isNaN(value) },
  boolean: { words: 'true or false', has: (value) => typeof value === 'boolean' },
  function: { words: 'a function', has: (value) => typeof value === 'function' },
  object: { words: 'an object', has: (value) => typeof value === 'object' && value !== null },
  list: { words: 'a list', has: Array.isArray },
  // A text is a row of letters as well, and each would be taken for a path, a type or a fault.
  texts: { words: 'a list of texts', has: (value) => Array.isArray(value) && value.every(isText) },
  url: { words: 'a URL', has: (value) => isText(value) || value instanceof URL },
  // Also one of another realm, as of jsdom.
  signal: { words: 'an AbortSignal', has: (value) => typeof (value as AbortSignal | null)?.aborted === 'boolean' },
}

/** Every option there is, which the compiler checks against the type, with its kind. */
export type KnownOptions<Options> = Readonly<Record<keyof Required<Options>, OptionKind>>

/**
 * Costs a look at each option given: little enough to be done for every connection.
 *
 * @throws SseCoordError `bad-option`, which names the nearest, or else all there are; also for what is no object of
 * options, and for a value of the wrong kind
 */
export function expectKnownOptions<Options extends object>(
  caller: string,
  options: Options,
  known: KnownOptions<Options>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new SseCoordError('bad-option', `${caller} takes its options as an object, not ${nameOf(options)}`)
  }
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(known, key)) throw unknownOption(caller, key, known)
    const kind = known[key as keyof Options]
    if (kind !== true) expectKind(key, options[key as keyof Options], kind)
  }
}

function expectKind(name: string, value: unknown, kind: Exclude<OptionKind, true>): void {
  const { words, has } = typeof kind === 'string' ? kinds[kind] : oneOf(kind)
  if (value === undefined || has(value)) return
  // Of a list that holds something else that is what is wrong.
  const stray = kind === 'texts' && Array.isArray(value) ? value.find((one) => !isText(one)) : value
  throw new SseCoordError('bad-option', `${name} is ${words}, not ${nameOf(stray)}`)
}

function oneOf(values: readonly (string | number)[]): Kind {
  const words = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
  return { words, has: (value) => values.some((one) => one === value) }
}

function unknownOption(caller: string, key: string, known: object): SseCoordError {
  const names = Object.keys(known)
  const guess = didYouMean(key, names)
  const message = `${caller} knows no option ${key}${guess || '.'}`
  return new SseCoordError('bad-option', message, guess === '' ? { hint: `there is ${names.join(', ')}` } : {})
}
