/** Who is connected to what, as figures and as an endpoint: JSON, or OpenMetrics text for Prometheus and its kin. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import type { Limits } from './limits.js'
import { noOptions } from './no-options.js'
import { totals } from './totals.js'

/** What can be counted of a channel. */
export interface CountedChannel {
  readonly sessionCount: number
  readonly topicCounts: Readonly<Record<string, number>>
}

/** What can be counted of a store of channels. */
export interface CountedStore {
  entries(): Iterable<[key: string, channel: CountedChannel]>
}

/** Options of `createMonitor`. */
export interface MonitorOptions {
  /** Channels by the name that the figures call them. */
  channels?: Readonly<Record<string, CountedChannel>> | undefined
  /** Stores by name. Their channels are added up under the store's name, as keys may be users and without number. */
  stores?: Readonly<Record<string, CountedStore>> | undefined
  /** The bounds whose refusals are counted. */
  limits?: Limits | undefined
}

/** Sessions of one channel, or of one store's channels. */
export interface ChannelConnections {
  sessions: number
  /** Sessions that registered with a topic, by topic. */
  topics: Record<string, number>
  /** How many channels a store has now. Only for stores. */
  channels?: number
}

/** The figures of this process. */
export interface Connections {
  /** Sessions connected now. */
  sessions: number
  /** Sessions ever connected. */
  opened: number
  /** Sessions cut off because their client did not read. */
  cutOff: number
  /** Events dropped or conflated because a client did not read. */
  dropped: number
  /** Requests refused with 429, by the bound that they met. */
  refused: { total: number; channel: number; key: number }
  channels: Record<string, ChannelConnections>
}

/** Figures and the endpoint that shows them. Made by `createMonitor`. */
export interface Monitor {
  connections(): Connections
  /**
   * Answers a request with the figures: OpenMetrics text where the `Accept` header asks for it or for plain text, JSON
   * otherwise. Mind who may see it.
   */
  handler(request: IncomingMessage, response: ServerResponse): void
  /** The same for the Fetch API. */
  respond(request: Request): Response
}

const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

const known: KnownOptions<MonitorOptions> = { channels: true, stores: true, limits: true }

/** Makes a monitor. @throws SseCoordError for an option that there is none of */
export function createMonitor(options: MonitorOptions = noOptions): Monitor {
  expectKnownOptions('createMonitor', options, known)
  const { channels = {}, stores = {}, limits } = options

  function connections(): Connections {
    const byName: Record<string, ChannelConnections> = {}
    for (const [name, channel] of Object.entries(channels)) {
      byName[name] = { sessions: channel.sessionCount, topics: { ...channel.topicCounts } }
    }
    for (const [name, store] of Object.entries(stores)) byName[name] = sumOf(store)
    const { open, opened, cutOff, dropped } = totals
    const refused = limits ? { ...limits.refused } : { total: 0, channel: 0, key: 0 }
    return { sessions: open, opened, cutOff, dropped, refused, channels: byName }
  }

  function answer(accept: string | null | undefined): { type: string; body: string } {
    return /openmetrics|text\/plain/.test(accept ?? '')
      ? { type: openMetricsType, body: toOpenMetrics(connections()) }
      : { type: 'application/json', body: JSON.stringify(connections()) }
  }

  return {
    connections,
    handler(request, response) {
      const { type, body } = answer(request.headers.accept)
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body)
    },
    respond(request) {
      const { type, body } = answer(request.headers.get('accept'))
      return new Response(body, { headers: { 'Content-Type': type, 'Cache-Control': 'no-store' } })
    },
  }
}

function sumOf(store: CountedStore): ChannelConnections {
  // Clients name topics, and an object has names of its own, such as `constructor`.
  const topics = new Map<string, number>()
  let [sessions, channels] = [0, 0]
  for (const [, channel] of store.entries()) {
    channels += 1
    sessions += channel.sessionCount
    for (const [topic, count] of Object.entries(channel.topicCounts))
      topics.set(topic, (topics.get(topic) ?? 0) + count)
  }
  return { sessions, topics: Object.fromEntries(topics), channels }
}

/** OpenMetrics 1.0, section 3: a type line per family, samples, and the end mark. */
function toOpenMetrics({ sessions, opened, cutOff, dropped, refused, channels }: Connections): string {
  const lines: string[] = []
  function family(
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    samples: [labels: string, value: number][],
  ): void {
    if (samples.length === 0) return
    lines.push(`# TYPE ${name} ${type}`, `# HELP ${name} ${help}`)
    for (const [labels, value] of samples) lines.push(`${name}${type === 'counter' ? '_total' : ''}${labels} ${value}`)
  }
  const named = Object.entries(channels)
  family('sse_sessions', 'gauge', 'Event streams open now.', [['', sessions]])
  family('sse_sessions_opened', 'counter', 'Event streams ever opened.', [['', opened]])
  family('sse_sessions_cut_off', 'counter', 'Event streams cut off because the client did not read.', [['', cutOff]])
  family('sse_events_dropped', 'counter', 'Events dropped or conflated because the client did not read.', [
    ['', dropped],
  ])
  family(
    'sse_sessions_refused',
    'counter',
    'Requests refused with 429, by the limit they met.',
    Object.entries(refused).map(([limit, count]) => [label({ limit }), count]),
  )
  family(
    'sse_channel_sessions',
    'gauge',
    'Sessions registered now, by channel.',
    named.map(([channel, counts]) => [label({ channel }), counts.sessions]),
  )
  family(
    'sse_topic_sessions',
    'gauge',
    'Sessions registered now, by channel and topic.',
    named.flatMap(([channel, { topics }]) =>
      Object.entries(topics).map(([topic, count]): [string, number] => [label({ channel, topic }), count]),
    ),
  )
  return `${lines.join('\n')}\n# EOF\n`
}

function label(labels: Record<string, string>): string {
  const quoted = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${quoted(value)}"`)
    .join(',')}}`
}
