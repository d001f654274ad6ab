/** Which checks a run makes, by ids and areas. */
import { didYouMean } from '../config/nearest.js'
import { SseCoordError } from '../error.js'
import type { StreamCheck } from './check.js'
import { streamChecks } from './stream-checks.js'

/** The areas of stream checks, in their order. */
export const areas: readonly string[] = [...new Set(streamChecks.map(({ id }) => areaOf(id)))]

export function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'))
}

/** @throws SseCoordError `bad-option` for a word that is neither, with the nearest that is one */
export function chooseChecks(only: readonly string[] | undefined, skip: readonly string[] = []): StreamCheck[] {
  for (const word of [...(only ?? []), ...skip]) expectKnown(word)
  const isNamed = ({ id }: StreamCheck, words: readonly string[]) => words.includes(id) || words.includes(areaOf(id))
  const chosen = streamChecks.filter((check) => (!only || isNamed(check, only)) && !isNamed(check, skip))
  if (chosen.length > 0) return chosen
  throw new SseCoordError('bad-option', 'No check is left: what is to be made is to be left out as well.')
}

function expectKnown(word: string): void {
  const words = [...areas, ...streamChecks.map(({ id }) => id)]
  if (words.includes(word)) return
  const guess = didYouMean(word, words) || `: it is an area (${areas.join(', ')}) or an id, as in retry/missing.`
  throw new SseCoordError('bad-option', `There is no check '${word}'${guess}`)
}
