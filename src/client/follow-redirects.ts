/** Follows redirects as browsers do, keeping every hop. Fetch standard, section 4.4 “HTTP-redirect fetch”. */
import { isSecretHeader, redactUrl } from '../evidence/redact.js'
import { openStream } from './open-stream.js'
import { headerOf, type StreamAnswer } from './stream-answer.js'
import { StreamFailure } from './stream-failure.js'
import type { StreamRequest } from './stream-request.js'

/** As browsers have it. */
export const mostRedirects = 20

/** One redirect. */
export interface Hop {
  url: URL
  status: number
  /** Where it led to. */
  location: URL
  atMs: number
}

export interface FollowedAnswer {
  answer: StreamAnswer
  /** Empty where the first answer was no redirect. */
  hops: Hop[]
  /** The request that `answer` answers. */
  request: StreamRequest
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])

/**
 * Opens a stream and follows its redirects. What identifies the user (`Authorization`, cookies, and headers whose names
 * say so) is not sent on to another origin.
 *
 * @throws StreamFailure as `openStream` does; with the stage `redirect` after `most`, or where a redirect leads nowhere
 */
export async function followRedirects(first: StreamRequest, most: number = mostRedirects): Promise<FollowedAnswer> {
  const hops: Hop[] = []
  let request = first
  for (;;) {
    const answer = await openStream(request)
    const next = redirectOf(request, answer)
    if (!next) return { answer, hops, request }
    await answer.close()
    hops.push({ url: request.url, status: answer.status, location: next.url, atMs: answer.times.headersMs })
    if (hops.length > most) {
      const words = `${redactUrl(first.url)} leads to more than ${most} redirects.`
      throw new StreamFailure(words, { stage: 'redirect', atMs: answer.times.headersMs })
    }
    request = next
  }
}

/**
 * The request that an answer asks for; `undefined` for an answer that is no redirect.
 *
 * @throws StreamFailure with the stage `redirect` where it leads to what is no web address
 */
export function redirectOf(request: StreamRequest, answer: StreamAnswer): StreamRequest | undefined {
  const target = redirectStatuses.has(answer.status) ? headerOf(answer.headers, 'location') : undefined
  return target === undefined ? undefined : redirected(request, answer.status, locationOf(answer, target))
}

function locationOf(answer: StreamAnswer, target: string): URL {
  const bytes = Buffer.from(target, 'latin1').toString('utf8')
  const location = URL.canParse(bytes, answer.url) ? new URL(bytes, answer.url) : undefined
  if (location && ['http:', 'https:'].includes(location.protocol)) return location
  const words = `${redactUrl(answer.url)} redirects to what is no web address.`
  throw new StreamFailure(words, { stage: 'redirect', atMs: answer.times.headersMs })
}

/** The request that a redirect asks for. */
function redirected(request: StreamRequest, status: number, url: URL): StreamRequest {
  const { body, method = 'GET', headers = [], ...rest } = request
  const isRead = method === 'GET' || method === 'HEAD'
  const becomesGet = (status === 303 && !isRead) || ((status === 301 || status === 302) && method === 'POST')
  const isSameOrigin = url.origin === request.url.origin
  const kept = headers.filter(([name]) => {
    if (becomesGet && /^content-/i.test(name)) return false
    return isSameOrigin || !(isSecretHeader(name) || name.toLowerCase() === 'host')
  })
  return {
    ...rest,
    url,
    method: becomesGet ? 'GET' : method,
    headers: kept,
    ...(body === undefined || becomesGet ? {} : { body }),
  }
}
