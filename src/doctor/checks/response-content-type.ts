/** `response/content-type`: an EventSource takes `text/event-stream` alone; a page or JSON in its place closes it. */
import type { Exchange } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import { eventStreamMediaType } from '../../sse/encode.js'
import { charsetOf, mediaTypeOf } from '../../sse/media-type.js'
import type { StreamCheck, Verdict } from '../check.js'
import { firstAnswer, headerOf, isVerdict } from '../watched.js'

export const responseContentType: StreamCheck = {
  id: 'response/content-type',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstAnswer(stream)
    if (isVerdict(exchange)) return exchange
    if (exchange.status !== 200) {
      return { state: 'skip', reason: `the answer was ${exchange.status}: see response/status` }
    }
    const given = headerOf(exchange, 'content-type')
    const charset = charsetOf(given)
    const isStream = mediaTypeOf(given) === eventStreamMediaType
    const measured = given === null ? 'no content type' : given
    if (isStream && (charset === null || charset === 'utf-8')) {
      return { state: 'pass', measured, expected: eventStreamMediaType }
    }
    if (isStream) {
      return {
        state: 'fail',
        measured,
        expected: eventStreamMediaType,
        why: 'An event stream is UTF-8, and Chromium refuses one whose charset is not utf-8, written with its hyphen.',
        fixes: [{ stack: 'server', snippet: `Content-Type: ${eventStreamMediaType}` }],
      }
    }
    return {
      state: 'fail',
      measured: `${measured}${contentWords(exchange)}`,
      expected: eventStreamMediaType,
      why: 'An EventSource that meets another type is closed for good: one error event, no second try.',
      fixes: [{ stack: 'server', snippet: adviceOn(exchange) }],
    }
  },
}

function contentWords({ body }: Exchange): string {
  if (!body) return ''
  if (body.title !== null) return `, a page titled “${body.title}”`
  return body.start === '' ? '' : `, which begins “${body.start}”`
}

function adviceOn(exchange: Exchange): string {
  const type = mediaTypeOf(headerOf(exchange, 'content-type')) ?? ''
  if (type === 'text/html') {
    const { title, start } = exchange.body ?? { title: null, start: '' }
    return /log ?in|sign ?in|anmeld/i.test(`${title ?? ''} ${start}`)
      ? 'This is a login page: --cookie NAME=VALUE or --bearer-env NAME signs the request in.'
      : 'A page in its place: most often the fall-back of a single-page app. Route the path to the app, before the fall-back.'
  }
  if (/ndjson|jsonl|json-seq/.test(type)) {
    return 'Lines of JSON are another format. For EventSource each gets data: in front and a blank line behind,\nunder Content-Type: text/event-stream; or read them with fetch.'
  }
  if (/json/.test(type))
    return 'JSON in its place: an error, or a path that needs --header "accept: text/event-stream".'
  return `Content-Type: ${eventStreamMediaType}`
}
