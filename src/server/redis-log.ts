/** What a Redis stream is asked, and what its replies mean: the log below a backbone. */
import { randomBytes } from 'node:crypto'
import type { LoggedEvent, OutgoingEvent } from './backbone.js'

/** What is used of an `ioredis` client. */
export interface RedisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>
  duplicate(options: { maxRetriesPerRequest: null; enableOfflineQueue: boolean; lazyConnect: boolean }): RedisClient
  connect(): Promise<void>
  disconnect(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
}

/** One entry of the stream. */
export type Entry = [id: string, fields: string[]]

/** Entries that are read at a time. */
const pageLength = 5000

/** The name of this log's life: set by whoever comes first, and gone when Redis loses its data. */
export async function readEpoch(redis: RedisClient, key: string): Promise<string> {
  await redis.call('SET', `${key}:epoch`, randomBytes(6).toString('base64url'), 'NX')
  return String(await redis.call('GET', `${key}:epoch`))
}

/** The last entry there is; `0-0` in an empty stream. */
export async function readEnd(redis: RedisClient, key: string): Promise<string> {
  const entries = (await redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)) as Entry[]
  return entries[0]?.[0] ?? '0-0'
}

/** Whether entries were trimmed from the stream's beginning. */
async function hasForgotten(redis: RedisClient, key: string): Promise<boolean> {
  const length = Number(await redis.call('XLEN', key))
  if (length === 0) return false
  const added = toMap(await redis.call('XINFO', 'STREAM', key)).get('entries-added')
  // Older than Redis 7 does not tell: better an unneeded reset than a loss unnoticed.
  return added === undefined || Number(added) > length
}

/** The entries after `from` until `end`; `undefined` when some of them may be gone. */
export async function readBetween(
  redis: RedisClient,
  key: string,
  from: string,
  end: string,
): Promise<readonly Entry[] | undefined> {
  if (from === '0-0') {
    if (await hasForgotten(redis, key)) return undefined
  } else {
    // An id that is no entry any more was trimmed, and what followed it may be trimmed as well.
    const [found] = (await redis.call('XRANGE', key, from, from)) as Entry[]
    if (!found) return undefined
  }
  const entries: Entry[] = []
  let start = from
  while (isAfterEntry(end, start)) {
    const page = (await redis.call('XRANGE', key, `(${start}`, end, 'COUNT', pageLength)) as Entry[]
    entries.push(...page)
    start = page.at(-1)?.[0] ?? end
  }
  return entries
}

/** Entry ids are two numbers of 64 bits, written in one way. */
export function isEntryId(text: string): boolean {
  const [, ...numbers] = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,19})$/.exec(text) ?? []
  return numbers.length === 2 && numbers.every((number) => BigInt(number) < 1n << 64n)
}

/** Whether an entry came after another. */
export function isAfterEntry(id: string, other: string): boolean {
  const [ms = '', sequence = ''] = id.split('-')
  const [otherMs = '', otherSequence = ''] = other.split('-')
  if (ms !== otherMs) return BigInt(ms) > BigInt(otherMs)
  return BigInt(sequence) > BigInt(otherSequence)
}

/** What `XREAD` answers for its one stream. */
export function entriesOf(reply: unknown): Entry[] {
  return reply === null ? [] : ([...toMap(reply).values()][0] as Entry[])
}

/**
 * Names and values of a reply, however the client and its protocol give them: in turn, in pairs, as a map or as an object.
 */
function toMap(reply: unknown): Map<string, unknown> {
  if (reply instanceof Map) return reply
  if (!Array.isArray(reply)) return new Map(Object.entries(reply as object))
  if (Array.isArray(reply[0])) return new Map(reply as [string, unknown][])
  const map = new Map<string, unknown>()
  for (let n = 0; n + 1 < reply.length; n += 2) map.set(String(reply[n]), reply[n + 1])
  return map
}

/** One letter per field, as every event carries the names: channel, data, name, topic, key. */
export function toFields({ channel, data, name, topic, key }: OutgoingEvent): string[] {
  const fields = ['c', channel, 'd', data]
  if (name !== 'message') fields.push('n', name)
  if (topic !== undefined) fields.push('t', topic)
  if (key !== undefined) fields.push('k', key)
  return fields
}

export function toEvent(epoch: string, entry: string, fields: string[]): LoggedEvent {
  const values = toMap(fields)
  const textOf = (field: string): string | undefined => values.get(field) as string | undefined
  return {
    id: `${epoch}:${entry}`,
    channel: textOf('c') ?? '',
    data: textOf('d') ?? '',
    name: textOf('n') ?? 'message',
    topic: textOf('t'),
    key: textOf('k'),
  }
}
