/** Refuses options that nobody knows: passed over, a mistyped one would have the default of another without a word. */
import { SseCoordError } from '../error.js'
import { didYouMean } from './nearest.js'

/** Every option there is, which the compiler checks against the type. */
export type KnownOptions<Options> = Readonly<Record<keyof Required<Options>, true>>

/**
 * Costs a look at each option given: little enough to be done for every connection.
 *
 * @throws SseCoordError `bad-option`, which names the nearest, or else all there are; also for what is no object of options
 */
export function expectKnownOptions<Options extends object>(
  caller: string,
  options: Options,
  known: KnownOptions<Options>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new SseCoordError('bad-option', `${caller} takes its options as an object, not ${kindOf(options)}`)
  }
  for (const key of Object.keys(options)) if (!Object.hasOwn(known, key)) throw unknownOption(caller, key, known)
}

function unknownOption(caller: string, key: string, known: object): SseCoordError {
  const names = Object.keys(known)
  const guess = didYouMean(key, names)
  const message = `${caller} knows no option ${key}${guess || '.'}`
  return new SseCoordError('bad-option', message, guess === '' ? { hint: `there is ${names.join(', ')}` } : {})
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
