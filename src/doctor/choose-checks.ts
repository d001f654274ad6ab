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

/** The checks of a run. */
export interface ChosenChecks {
  checks: readonly StreamCheck[]
  /**
   * Not asked for, and told of all the same where they fail: without an answer that is a stream nothing else can be
   * judged, and a run that looked at nothing is not to end as if all were well.
   */
  gates: readonly StreamCheck[]
}

const gateIds = ['connection/unreachable', 'response/status', 'response/content-type']

/** @throws SseCoordError `bad-option` for a word that is neither id nor area, with the nearest that is one */
export function chooseChecks(only: readonly string[] | undefined, skip: readonly string[] = []): ChosenChecks {
  for (const word of [...(only ?? []), ...skip]) expectKnown(word)
  const isNamed = ({ id }: StreamCheck, words: readonly string[]) => words.includes(id) || words.includes(areaOf(id))
  const kept = streamChecks.filter((check) => !isNamed(check, skip))
  const checks = kept.filter((check) => !only || isNamed(check, only))
  const gates = kept.filter((check) => gateIds.includes(check.id) && !checks.includes(check))
  if (checks.length > 0) return { checks, gates }
  throw new SseCoordError('bad-option', 'No check is left: what is to be made is to be left out as well.')
}

function expectKnown(word: string): void {
  const words = [...areas, ...streamChecks.map(({ id }) => id)]
  if (words.includes(word)) return
  const guess = didYouMean(word, words) || `: it is an area (${areas.join(', ')}) or an id, as in retry/missing.`
  throw new SseCoordError('bad-option', `There is no check '${word}'${guess}`)
}
