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

/** The checks of a run. */
export interface ChosenChecks {
  /** Of each stream. */
  stream: readonly StreamCheck[]
  /**
   * Not asked for, and told of all the same where they fail: without an answer that is a stream nothing else can be
   * judged, and a run that looked at nothing is not to end as if all were well.
   */
  gates: readonly StreamCheck[]
  /** Of a page. */
  app: readonly AppCheck[]
}

const gateIds = ['connection/unreachable', 'response/status', 'response/content-type']

/**
 * @param from what the run can make, by default everything there is
 * @throws SseCoordError `bad-option` for a word that is neither id nor area, with the nearest that is one; also where no
 *   check is left
 */
export function chooseChecks(
  only: readonly string[] | undefined,
  skip: readonly string[] = [],
  from: { stream?: readonly StreamCheck[]; app?: readonly AppCheck[] } = {},
): ChosenChecks {
  for (const word of [...(only ?? []), ...skip]) expectKnown(word)
  const isNamed = (id: string, words: readonly string[]) => words.includes(id) || words.includes(areaOf(id))
  const isKept = ({ id }: { id: string }) => !isNamed(id, skip)
  const isChosen = (check: { id: string }) => (!only || isNamed(check.id, only)) && isKept(check)
  const stream = (from.stream ?? streamChecks).filter(isChosen)
  const gates = streamChecks.filter((check) => gateIds.includes(check.id) && isKept(check) && !stream.includes(check))
  const app = (from.app ?? appChecks).filter(isChosen)
  if (stream.length + app.length > 0) return { stream, gates, app }
  throw new SseCoordError('bad-option', 'No check is left: what is to be made is to be left out as well.')
}

function expectKnown(word: string): void {
  const ids = [...streamChecks, ...appChecks].map(({ id }) => id)
  const words = [...new Set([...ids.map(areaOf), ...ids])]
  if (words.includes(word)) return
  const guess = didYouMean(word, words) || `: it is an area (${areas.join(', ')}) or an id, as in retry/missing.`
  throw new SseCoordError('bad-option', `There is no check '${word}'${guess}`)
}
