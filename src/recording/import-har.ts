/**
 * Makes a recording of a HAR file, as the network panel of DevTools saves it. Chromium keeps the events of a stream with
 * their times (`_eventSourceMessages`: time in seconds, eventName, eventId, data), also of one that `fetch` reads; other
 * browsers at best its text.
 */

import { SseCoordError } from '../error.js'
import { redactHeaders, redactUrl } from '../evidence/redact.js'
import { encodeEvent } from '../sse/encode.js'
import { decodeLastEventId } from '../sse/last-event-id.js'
import { toMicroseconds } from './microseconds.js'
import type { RecordedChunk, RecordedConnection, RecordedEnd, Recording } from './recording.js'
import { splitBlocks } from './split-blocks.js'

type Fields = Record<string, unknown>

const encoder = new TextEncoder()

/** What Chromium says of connections that broke, by its names for it. Any other error is an end. */
const endsOfErrors: ReadonlyMap<string, RecordedEnd['kind']> = new Map([
  ['net::ERR_INCOMPLETE_CHUNKED_ENCODING', 'cut'],
  ['net::ERR_CONTENT_LENGTH_MISMATCH', 'cut'],
  ['net::ERR_CONNECTION_CLOSED', 'cut'],
  ['net::ERR_CONNECTION_RESET', 'reset'],
  ['net::ERR_HTTP2_PROTOCOL_ERROR', 'reset'],
  ['net::ERR_ABORTED', 'leave'],
])

/**
 * Reads the first stream of a HAR file, or the one of `url`, over all its connections.
 *
 * @throws SseCoordError `bad-recording` where there is none
 */
export function importHar(text: string, { name = 'HAR', url }: { name?: string; url?: string } = {}): Recording {
  const streams = entriesOf(text, name).filter(isStream)
  const chosen = url ?? urlOf(streams[0])
  const entries = streams.filter((entry) => urlOf(entry) === chosen).sort((one, other) => startOf(one) - startOf(other))
  const [first] = entries
  if (!first) {
    const words = url === undefined ? 'holds no event stream' : 'holds no event stream of that URL'
    throw new SseCoordError('bad-recording', `${name} ${words}.`, {
      hint: 'Open the network panel before the page, and save with the content.',
    })
  }
  const startMs = startOf(first)
  return {
    header: { ssecast: 1, url: redactUrl(chosen), startedAt: new Date(startMs).toISOString() },
    isTruncated: false,
    connections: entries.map((entry, index) => readEntry(entry, startMs, index === entries.length - 1)),
  }
}

function entriesOf(text: string, name: string): Fields[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new SseCoordError('bad-recording', `${name} is no JSON: ${(error as Error).message}.`, { cause: error })
  }
  const entries = fieldsOf(fieldsOf(value).log).entries
  if (!Array.isArray(entries))
    throw new SseCoordError('bad-recording', `${name} is no HAR file: it has no log.entries.`)
  return entries.map(fieldsOf)
}

function isStream(entry: Fields): boolean {
  if (!Number.isFinite(startOf(entry))) return false
  const { content, headers } = fieldsOf(entry.response)
  const type = headerIn(headers, 'content-type') ?? String(fieldsOf(content).mimeType ?? '')
  return messagesOf(entry).length > 0 || /^\s*text\/event-stream\b/i.test(type)
}

function readEntry(entry: Fields, startMs: number, isLast: boolean): RecordedConnection {
  const { response, request, timings } = { ...fieldsOf(entry) } as Record<string, unknown>
  const { status, headers } = fieldsOf(response)
  const asked = headerIn(fieldsOf(request).headers, 'last-event-id')
  const waitedMs = toMicroseconds(timeOf(timings, ['blocked', 'dns', 'connect', 'send', 'wait']))
  const openedAtMs = toMicroseconds(Math.max(0, startOf(entry) - startMs) + waitedMs)
  const messages = messagesOf(entry)
  const chunks = messages.length > 0 ? chunksOfMessages(messages, startMs + openedAtMs) : chunksOfText(entry)
  const code = Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599 ? Number(status) : 200
  // DevTools does not say whether a stream was still open. The last one of an EventSource, which comes back, was.
  const isOpen = isLast && code === 200 && entry._resourceType === 'eventsource'
  const error = errorOf(response)
  const endedAtMs = toMicroseconds(Math.max(chunks.at(-1)?.atMs ?? 0, timeOf(timings, ['receive'])))
  return {
    openedAtMs,
    waitedMs,
    status: code,
    headers: redactHeaders(pairsOf(headers)),
    lastEventId: asked === undefined || asked === '' ? null : decodeLastEventId(asked),
    chunks,
    end: { atMs: endedAtMs, kind: error?.kind ?? (isOpen ? 'leave' : 'end'), code: error?.code ?? null },
  }
}

function chunksOfMessages(messages: Fields[], openedAtEpochMs: number): RecordedChunk[] {
  let atMs = 0
  let id = ''
  return messages.map((message) => {
    atMs = Math.max(atMs, toMicroseconds(numberOf(message.time) * 1000 - openedAtEpochMs))
    const { eventName: event, eventId, data } = message
    // The panel shows the last event ID with every event, also with those that carry none.
    const hasId = typeof eventId === 'string' && eventId !== id && !/[\0\r\n]/.test(eventId)
    if (hasId) id = eventId
    const isNamed = typeof event === 'string' && event !== '' && event !== 'message' && !/[\r\n]/.test(event)
    const text = encodeEvent({ ...(isNamed ? { event } : {}), ...(hasId ? { id } : {}), data: String(data ?? '') })
    return { atMs, bytes: encoder.encode(text) }
  })
}

/** Text without times: spread evenly over the time that it took to come. */
function chunksOfText(entry: Fields): RecordedChunk[] {
  const { text, encoding } = fieldsOf(fieldsOf(entry.response).content)
  if (typeof text !== 'string') return []
  const blocks = splitBlocks(Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'))
  const receiveMs = timeOf(entry.timings, ['receive'])
  return blocks.map((bytes, index) => ({ atMs: (index * receiveMs) / blocks.length, bytes }))
}

function messagesOf(entry: Fields): Fields[] {
  const messages = entry._eventSourceMessages
  return Array.isArray(messages) ? messages.map(fieldsOf) : []
}

function urlOf(entry: Fields | undefined): string {
  return String(fieldsOf(entry?.request).url ?? '')
}

function startOf(entry: Fields): number {
  return Date.parse(String(entry.startedDateTime))
}

/** HAR writes headers as `{name, value}`. */
function pairsOf(headers: unknown): [string, string][] {
  if (!Array.isArray(headers)) return [['Content-Type', 'text/event-stream']]
  return headers
    .map(fieldsOf)
    .map(({ name, value }): [string, string] => [String(name), String(value)])
    .filter(([name, value]) => /^[!#$%&'*+\-.^_`|~\w]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value))
}

function headerIn(headers: unknown, name: string): string | undefined {
  if (!Array.isArray(headers)) return undefined
  return pairsOf(headers).find(([other]) => other.toLowerCase() === name)?.[1]
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function errorOf(response: unknown): { kind: RecordedEnd['kind']; code: string } | undefined {
  const code = String(fieldsOf(response)._error ?? '')
  const kind = endsOfErrors.get(code)
  return kind && { kind, code }
}

/** The sum of phases in milliseconds. HAR writes -1 for one that did not happen; `ssl` is part of `connect`. */
function timeOf(timings: unknown, phases: readonly string[]): number {
  return phases.reduce((sum, phase) => sum + Math.max(0, numberOf(fieldsOf(timings)[phase])), 0)
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}
