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
import { redactUrl } from '../evidence/redact.js'
import { eventStreamMediaType } from '../sse/encode.js'
import { mediaTypeOf } from '../sse/media-type.js'
import { type Body, createBody, type HeardEvent } from './body.js'
import { type Asking, describeExchange } from './describe-exchange.js'
import { type End, endOf, failureOf, full, leftAlone } from './exchange-end.js'
import { type Page, readPage } from './page.js'

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

/** Never rejects: what goes wrong is in `end`. */
export async function look(options: LookOptions): Promise<Exchange> {
  const begun = performance.now()
  const now = () => performance.now() - begun
  const redirects: Redirect[] = []
  let { request } = options
  const without = (end: End, answer?: StreamAnswer): Exchange => {
    const asking = { asked: options, begun, offsetMs: 0, request, redirects }
    return describeExchange({ ...asking, answer, body: undefined, page: undefined, end, endMs: now() })
  }
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
      if (!next) return await read(answer, { asked: options, begun, offsetMs, request, redirects }, options)
      await answer.close()
      redirects.push({ status: answer.status, to: redactUrl(next.url) })
      if (redirects.length > mostRedirects) {
        const detail = `more than ${mostRedirects} redirects`
        return without({ how: 'failed', stage: 'headers', code: 'TOO_MANY_REDIRECTS', detail }, answer)
      }
      request = next
    }
  } catch (error) {
    if (options.signal.aborted) return without(leftAlone)
    if (error instanceof StreamFailure) return without(failureOf(error))
    throw error
  }
}

/** Reads the body of an answer until it ends, the time is over, or a bound is reached. */
async function read(answer: StreamAnswer, asking: Asking, options: LookOptions): Promise<Exchange> {
  const { begun, offsetMs } = asking
  options.onHead?.(answer)
  const types = answer.headers.filter(([name]) => name.toLowerCase() === 'content-type').map(([, value]) => value)
  const isStream = answer.status === 200 && mediaTypeOf(types.at(-1)) === eventStreamMediaType
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
  return describeExchange({ ...asking, answer, body, page, end, endMs: performance.now() - begun })
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
