/** One line of a recording: from JSON of unknown origin to a line whose every field is what it claims to be. */
import { didYouMean } from '../config/nearest.js'
import { isBase64 } from './bytes.js'
import { formatVersion, limits, lineKinds, type RecordingHeader, type RecordingLine, recordedFaults } from './format.js'
import { toMicroseconds } from './microseconds.js'

/** What is wrong with a line, in words that follow the line's number. */
export class LineError extends Error {}

type Fields = Record<string, unknown>

/** @throws LineError */
export function readHeader(value: unknown): RecordingHeader {
  if (!isObject(value) || !('ssecast' in value)) {
    throw new LineError('is no header of a recording, which begins with {"ssecast":1')
  }
  const { ssecast } = value
  if (ssecast !== formatVersion) {
    const isNewer = typeof ssecast === 'number' && ssecast > formatVersion
    throw new LineError(
      isNewer ? `is of version ${ssecast}, newer than this program` : 'names no version of the format',
    )
  }
  const header: RecordingHeader = { ssecast: formatVersion }
  for (const name of ['url', 'method', 'startedAt', 'tool', 'title'] as const) {
    const text = optional(value, name, 'string')
    if (text !== undefined) header[name] = text
  }
  return header
}

/** @throws LineError */
export function readLine(value: unknown): RecordingLine {
  if (!isObject(value)) throw new LineError('is no object')
  const { kind, at } = value
  if (typeof kind !== 'string') throw new LineError('has no kind')
  if (typeof at !== 'number' || !(at >= 0 && at <= limits.atMs)) {
    throw new LineError('has no time: at is a number of milliseconds, zero or more')
  }
  const connection = optional(value, 'connection', 'number')
  if (connection !== undefined && !(Number.isSafeInteger(connection) && connection > 0)) {
    throw new LineError('counts connections from 1, in whole numbers')
  }
  const common = { at: toMicroseconds(at), ...(connection === undefined ? {} : { connection }) }
  const read = readers[kind as RecordingLine['kind']]
  if (!Object.hasOwn(readers, kind) || !read) {
    throw new LineError(`has an unknown kind '${kind.slice(0, 40)}'${didYouMean(kind.slice(0, 40), lineKinds)}`)
  }
  return { ...common, ...read(value) } as RecordingLine
}

const readers: Record<RecordingLine['kind'], (value: Fields) => Fields & { kind: string }> = {
  open: (value) => ({
    kind: 'open',
    status: readStatus(value.status),
    headers: readHeaders(value.headers),
    ...defined(value, 'httpVersion', 'string'),
    ...defined(value, 'lastEventId', 'string'),
    ...readWaited(value),
  }),
  chunk(value) {
    const { text, base64 } = value
    if (typeof text === 'string' && base64 === undefined) {
      if (/\p{Surrogate}/u.test(text)) throw new LineError('has half a character in its text: bytes go into base64')
      return { kind: 'chunk', text }
    }
    if (typeof base64 === 'string' && text === undefined && isBase64(base64)) return { kind: 'chunk', base64 }
    throw new LineError('is a chunk and needs either text or base64')
  },
  event(value) {
    const fields = {
      ...defined(value, 'event', 'string'),
      ...defined(value, 'id', 'string'),
      ...defined(value, 'retry', 'number'),
      ...defined(value, 'data', 'string'),
    }
    if (Object.keys(fields).length === 0) throw new LineError('is an event without event, id, retry and data')
    return { kind: 'event', ...fields }
  },
  comment: (value) => ({ kind: 'comment', text: optional(value, 'text', 'string') ?? '' }),
  fault(value) {
    const fault = recordedFaults.find((name) => name === value.fault)
    if (fault === undefined) throw new LineError(`is a fault and needs fault: ${recordedFaults.join(', ')}`)
    return { kind: 'fault', fault, ...defined(value, 'code', 'string'), ...defined(value, 'lastEventId', 'string') }
  },
  end: () => ({ kind: 'end' }),
  leave: () => ({ kind: 'leave' }),
}

function readStatus(status: unknown): number {
  if (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599) return Number(status)
  throw new LineError('has no status from 200 to 599')
}

/** What is replayed is written to a socket: nothing may end a header before its time. */
function readHeaders(headers: unknown): [string, string][] {
  if (headers === undefined) return [['Content-Type', 'text/event-stream']]
  const isPair = (pair: unknown): pair is [string, string] =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    typeof pair[0] === 'string' &&
    typeof pair[1] === 'string' &&
    /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(pair[0]) &&
    /^[\t\x20-\x7e\x80-\xff]*$/.test(pair[1])
  if (!Array.isArray(headers) || headers.length > limits.headers || !headers.every(isPair)) {
    throw new LineError('has headers that are no list of names and values')
  }
  return headers
}

function readWaited(value: Fields): { waitedMs?: number } {
  const waitedMs = optional(value, 'waitedMs', 'number')
  if (waitedMs === undefined) return {}
  if (waitedMs >= 0 && waitedMs <= limits.atMs) return { waitedMs }
  throw new LineError('has a waitedMs that is no time')
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface TypeOf {
  string: string
  number: number
}

function optional<Type extends keyof TypeOf>(value: Fields, name: string, type: Type): TypeOf[Type] | undefined {
  const field = value[name]
  if (field !== undefined && typeof field !== type) throw new LineError(`has a ${name} that is no ${type}`)
  return field as TypeOf[Type] | undefined
}

function defined<Type extends keyof TypeOf>(value: Fields, name: string, type: Type): Fields {
  const field = optional(value, name, type)
  return field === undefined ? {} : { [name]: field }
}
