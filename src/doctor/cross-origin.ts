/** What the checks of CORS ask first: does a page of another origin mean to read this stream? */
import type { CorsEvidence, StreamEvidence } from '../evidence/stream.js'
import type { Verdict } from './check.js'
import { firstAnswer, isVerdict, notLookedAt } from './watched.js'

/** The answers given to that page, or the verdict where there is no such page. */
export function crossOrigin(stream: StreamEvidence): CorsEvidence | Verdict {
  const { pageOrigin } = stream.conditions
  if (pageOrigin === null)
    return { state: 'skip', reason: 'for pages of another origin: --page-origin https://app.example' }
  const exchange = firstAnswer(stream)
  if (isVerdict(exchange)) return exchange
  if (new URL(exchange.url).origin === pageOrigin) {
    return { state: 'skip', reason: 'page and stream are of the same origin' }
  }
  return stream.cors ?? notLookedAt
}

/** The value of a header as a browser reads it: several of one name are one, with commas, which no origin has. */
export function corsHeader(answer: NonNullable<CorsEvidence['get']>, name: string): string | null {
  const values = answer.headers.filter(([key]) => key === name).map(([, value]) => value)
  return values.length === 0 ? null : values.join(', ')
}
