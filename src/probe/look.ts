/** One look at a URL: sends the request, follows redirects as a browser does, and reads until it ends or we leave. */
import {
  createDecoder,
  headerOf,
  mostRedirects,
  openStream,
  redirectOf,
  type StreamAnswer,
  StreamFailure,
  type StreamRequest,
} from '../client/index.js'
import type { Exchange, Redirect } from '../evidence/exchange.js'
import { redactHeaders, redactUrl } from '../evidence/redact.js'
import { eventStreamMediaType } from '../sse/encode.js'
import { type Body, createBody, emptyBody, type HeardEvent, round } from './body.js'
import { type End, endOf, failureOf, full, leftAlone } from './exchange-end.js'
import { hideSecretsOf } from './own-secrets.js'
import { describePage, type Page, readPage } from './page.js'

export interface LookOptions {
  request: StreamRequest
  /** The origin of time of the whole run. */
  startedAt: number
  /** We leave after this time, in milliseconds. */
  forMs: number
  signal: AbortSignal
  /** Hears of the head of the answer that is no redirect. */
  onHead?: (answer: StreamAnswer) => void
  onEvent?: (event: HeardEvent) => void
  /** Gets what is no stream, up to a bound. */
  onText?: (text: string) => void
}

/** Beyond these we leave: nobody's stream is so large, and ours is not to be the memory that it fills. */
const mostOfEvent = 16 * 1024 * 1024
const mostDecoded = 256 * 1024 * 1024
/** Headers kept of one answer, and characters of one value. */
const mostHeaders = 100
const mostCharacters = 500

/** Never rejects: what goes wrong is in `end`. */
export async function look(options: LookOptions): Promise<Exchange> {
  const begun = performance.now()
  const now = () => performance.now() - begun
  const redirects: Redirect[] = []
  let { request } = options
  const without = (end: End, answer?: StreamAnswer) =>
    describe({
      answer,
      body: undefined,
      page: undefined,
      end,
      endMs: now(),
      begun,
      offsetMs: 0,
      request,
      redirects,
      options,
    })
  try {
    for (;;) {
      const left = Math.max(1, options.forMs - now())
      const offsetMs = now()
      const answer = await openStream({
        ...request,
        connectTimeoutMs: Math.ceil(Math.min(left, 10_000)),
        headersTimeoutMs: Math.ceil(left),
        signal: options.signal,
      })
      const next = redirectOf(request, answer)
      if (!next) return await read({ answer, begun, offsetMs, request, redirects, options })
      await answer.close()
      redirects.push({ status: answer.status, to: redactUrl(next.url) })
      if (redirects.length > mostRedirects) {
        return without(
          {
            how: 'failed',
            stage: 'headers',
            code: 'TOO_MANY_REDIRECTS',
            detail: `more than ${mostRedirects} redirects`,
          },
          answer,
        )
      }
      request = next
    }
  } catch (error) {
    if (options.signal.aborted) return without(leftAlone)
    if (error instanceof StreamFailure) return without(failureOf(error))
    throw error
  }
}

interface Reading {
  answer: StreamAnswer
  begun: number
  /** From the beginning of the look to that of this request: redirects take their time. */
  offsetMs: number
  request: StreamRequest
  redirects: Redirect[]
  options: LookOptions
}

/** Reads the body of an answer until it ends, the time is over, or a bound is reached. */
async function read(reading: Reading): Promise<Exchange> {
  const { answer, begun, offsetMs, options } = reading
  options.onHead?.(answer)
  const type = headerOf(answer.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  const isStream = answer.status === 200 && type === eventStreamMediaType
  const timer = setTimeout(() => void answer.close(), Math.max(1, options.forMs - (performance.now() - begun)))
  let body: Body | undefined
  let page: Page | undefined
  let end: End = leftAlone
  try {
    if (isStream) {
      body = createBody(offsetMs + answer.times.headersMs, options.onEvent ?? (() => {}))
      end = (await readStream(answer, body, offsetMs)) ?? endOf(await answer.ending)
    } else {
      page = await readPage(answer)
      options.onText?.(page.text)
      end = page.isWhole ? endOf(await answer.ending) : leftAlone
    }
  } finally {
    clearTimeout(timer)
    await answer.close()
  }
  if (body && (end.how === 'closed' || end.how === 'cut')) body.end()
  return describe({ ...reading, body, page, end, endMs: performance.now() - begun })
}

/** Why we left; `undefined` where the answer ended, or was ended by the time. */
async function readStream(answer: StreamAnswer, body: Body, offsetMs: number): Promise<End | undefined> {
  const decoder = createDecoder(headerOf(answer.headers, 'content-encoding'))
  try {
    for await (const { atMs, bytes } of answer.chunks) {
      body.arrive(bytes.byteLength, offsetMs + atMs)
      if (decoder) body.read(await decoder.decode(bytes), offsetMs + atMs)
      if (body.largestEvent > mostOfEvent) return full('EVENT_TOO_LARGE', 'an event of more than 16 MiB, without end')
      if (body.decodedBytes > mostDecoded) return full('TOO_MUCH', 'more than 256 MiB')
    }
    return undefined
  } catch (error) {
    return full('BAD_ENCODING', error instanceof Error ? error.message : 'the encoding cannot be read')
  } finally {
    decoder?.close()
  }
}

interface Outcome extends Omit<Reading, 'answer'> {
  answer: StreamAnswer | undefined
  body: Body | undefined
  page: Page | undefined
  end: End
  endMs: number
}

function describe({ answer, body, page, end, endMs, begun, offsetMs, request, redirects, options }: Outcome): Exchange {
  const headersMs = answer ? offsetMs + answer.times.headersMs : null
  const connectMs = answer ? offsetMs + (answer.times.tlsMs ?? answer.times.connectMs) : null
  const lastMs = body?.lastByteMs ?? headersMs
  const kept = body ?? emptyBody
  // Of the request as it was made: where redirects led to may know less.
  const hide = hideSecretsOf(options.request)
  return {
    openedAtMs: round(begun - options.startedAt),
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
