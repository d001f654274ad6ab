/** What came of one look, as evidence: rounded, bounded and without secrets. */
import type { StreamAnswer, StreamRequest } from '../client/index.js'
import type { Exchange, Redirect } from '../evidence/exchange.js'
import { redactHeaders, redactUrl } from '../evidence/redact.js'
import { type Body, emptyBody, round } from './body.js'
import type { End } from './exchange-end.js'
import { hideSecretsOf } from './own-secrets.js'
import { describePage, type Page } from './page.js'

/** Headers kept of one answer, and characters of one value. */
const mostHeaders = 100
const mostCharacters = 500

/** A request of one look, by the clock of that look. */
export interface Asking {
  /** The request as the look began, and the origin of time of the whole run. */
  asked: { request: StreamRequest; startedAt: number }
  /** When the look began. */
  begun: number
  /** From the beginning of the look to that of this request: redirects take their time. */
  offsetMs: number
  /** Where redirects have led. */
  request: StreamRequest
  redirects: Redirect[]
}

/** What came of it. */
export interface Outcome extends Asking {
  answer: StreamAnswer | undefined
  /** Of a stream. */
  body: Body | undefined
  /** Of anything else. */
  page: Page | undefined
  end: End
  endMs: number
}

export function describeExchange(outcome: Outcome): Exchange {
  const { asked, answer, body, page, end, endMs, begun, offsetMs, request, redirects } = outcome
  const headersMs = answer ? offsetMs + answer.times.headersMs : null
  const connectMs = answer ? offsetMs + (answer.times.tlsMs ?? answer.times.connectMs) : null
  const lastMs = body?.lastByteMs ?? headersMs
  const kept = body ?? emptyBody
  // Of the request as it was made: where redirects led to may know less.
  const hide = hideSecretsOf(asked.request)
  return {
    openedAtMs: round(begun - asked.startedAt),
    http: answer?.httpVersion ?? null,
    alpn: answer?.alpn ?? null,
    status: answer?.status ?? null,
    url: redactUrl(request.url),
    redirects,
    headers: answer ? keptHeaders(answer, hide) : [],
    connectMs: connectMs === null ? null : round(connectMs),
    headersMs: headersMs === null ? null : round(headersMs),
    ...kept.evidence(),
    ...(page && { bytes: page.bytes }),
    silence: body && headersMs !== null ? silenceOf(body, headersMs, endMs) : null,
    end: {
      ...end,
      atMs: round(endMs),
      silenceMs: body && lastMs !== null ? round(Math.max(0, endMs - lastMs)) : null,
      done: body?.done ?? false,
    },
    // Hidden before they are cut to length, so that no half of a secret stays.
    body: page ? describePage({ ...page, text: hide(page.text) }) : null,
  }
}

function keptHeaders({ headers }: StreamAnswer, hide: (text: string) => string): [string, string][] {
  return redactHeaders(headers.slice(0, mostHeaders)).map(([name, value]) => [
    name.toLowerCase(),
    hide(value).slice(0, mostCharacters),
  ])
}

function silenceOf(body: Body, headersMs: number, endMs: number): Exchange['silence'] {
  const fromMs = body.lastByteMs ?? headersMs
  const trailing = { fromMs: round(fromMs), ms: round(Math.max(0, endMs - fromMs)), open: true }
  const { gap } = body
  return gap && gap.ms > trailing.ms ? { fromMs: round(gap.fromMs), ms: round(gap.ms), open: false } : trailing
}
