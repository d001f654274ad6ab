/** The topics of a session, and those that its client asks for in its URL: `?topics=a,b`. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { nameOf } from '../config/name-value.js'
import { noOptions } from './no-options.js'
import { badOption } from './refuse.js'

/** Options of `topicsOf`. */
export interface TopicsOptions {
  /** Which topics this client may have; others are left out. Default: all. */
  isAllowed?: ((topic: string) => boolean) | undefined
  /** Most topics of one client. Default: 100. */
  max?: number | undefined
}

const known: KnownOptions<TopicsOptions> = { isAllowed: true, max: true }

/**
 * The topics named by the query parameter `topics`, separated by commas or given several times; `undefined` when the
 * request has no such parameter. For `channel.register(session, { topics })`.
 *
 * @throws SseCoordError when more than `max` topics are asked for: answer 400; and for an option that there is none of.
 */
export function topicsOf(
  request: { readonly url?: string | undefined },
  options: TopicsOptions = noOptions,
): string[] | undefined {
  expectKnownOptions('topicsOf', options, known)
  const { isAllowed = () => true, max = 100 } = options
  const query = request.url?.indexOf('?') ?? -1
  const values = query < 0 ? [] : new URLSearchParams(request.url?.slice(query)).getAll('topics')
  if (values.length === 0) return undefined
  const topics = new Set(values.flatMap((value) => value.split(',')).filter((topic) => topic !== ''))
  if (topics.size > max) throw badOption(`a client may ask for up to ${max} topics, not ${topics.size}`)
  return [...topics].filter(isAllowed)
}

/** The topics that a session registers with. A text is iterable too, but its letters are nobody's topics. */
export function topicSet(topics: Iterable<string> | undefined): ReadonlySet<string> | undefined {
  if (topics === undefined) return undefined
  if (typeof topics === 'object' && topics !== null && Symbol.iterator in topics) {
    const set = new Set(topics)
    for (const topic of set) if (typeof topic !== 'string') throw badOption(`a topic is a text, not ${nameOf(topic)}`)
    return set
  }
  throw badOption(
    `topics is a list of names, not ${typeof topics === 'string' ? 'one text' : nameOf(topics)}`,
    "such as topics: ['news'], or topics: topicsOf(request)",
  )
}
