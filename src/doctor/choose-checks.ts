/** Which checks a run makes, by ids and areas. */
import { didYouMean } from '../config/nearest.js'
import { SseCoordError } from '../error.js'
import type { AppCheck } from './app/app-check.js'
import { appChecks } from './app/index.js'
import type { StreamCheck } from './check.js'
import { streamChecks } from './stream-checks.js'

/** The areas of stream checks, in their order. */
export const areas: readonly string[] = [...new Set(streamChecks.map(({ id }) => areaOf(id)))]

export function areaOf(id: string): string {
  return id.slice(0, id.indexOf('/'))
}

/** The checks of a run: those of each stream, and those of a page. */
export interface ChosenChecks {
  stream: StreamCheck[]
  app: AppCheck[]
}

/** @throws SseCoordError `bad-option` for a word that is neither, with the nearest that is one */
export function chooseAllChecks(only: readonly string[] | undefined, skip: readonly string[] = []): ChosenChecks {
  for (const word of [...(only ?? []), ...skip]) expectKnown(word)
  const isNamed = (id: string, words: readonly string[]) => words.includes(id) || words.includes(areaOf(id))
  const isChosen = ({ id }: { id: string }) => (!only || isNamed(id, only)) && !isNamed(id, skip)
  return { stream: streamChecks.filter(isChosen), app: appChecks.filter(isChosen) }
}

/** Those of streams alone. @throws SseCoordError `bad-option` also where none is left */
export function chooseChecks(only: readonly string[] | undefined, skip: readonly string[] = []): StreamCheck[] {
  const { stream } = chooseAllChecks(only, skip)
  if (stream.length > 0) return stream
  throw new SseCoordError('bad-option', 'No check is left: what is to be made is to be left out as well.')
}

function expectKnown(word: string): void {
  const ids = [...streamChecks, ...appChecks].map(({ id }) => id)
  const words = [...new Set([...ids.map(areaOf), ...ids])]
  if (words.includes(word)) return
  const guess = didYouMean(word, words) || `: it is an area (${areas.join(', ')}) or an id, as in retry/missing.`
  throw new SseCoordError('bad-option', `There is no check '${word}'${guess}`)
}
