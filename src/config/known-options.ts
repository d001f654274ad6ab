/** Refuses options that nobody knows: passed over, a mistyped one would have the default of another without a word. */
import { SseCoordError } from '../error.js'
import { didYouMean } from './nearest.js'

/**
 * @param known every option there is, which the compiler checks against the type
 * @throws SseCoordError `bad-option`, which names the nearest
 */
export function expectKnownOptions<Options extends object>(
  caller: string,
  options: Options,
  known: Record<keyof Required<Options>, true>,
): void {
  const stray = Object.keys(options).find((key) => !Object.hasOwn(known, key))
  if (stray === undefined) return
  const guess = didYouMean(stray, Object.keys(known)) || '.'
  throw new SseCoordError('bad-option', `${caller} knows no option ${stray}${guess}`)
}
