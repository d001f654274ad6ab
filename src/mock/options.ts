/** What a mock can be asked for, and the same with every default filled in. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Duration, toMs } from '../config/quantities.js'
import { SseCoordError } from '../error.js'

/** Answers one request. What it throws or rejects with becomes a 500. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Whose shape the streams have: a healthy event stream, a language model's answer, or an MCP server. */
export type MockProfile = 'stream' | 'llm' | 'mcp'

/** How the `llm` profile speaks. */
export interface LlmOptions {
  /** Silence before the first token. Default: 400 ms. */
  firstToken?: Duration
  /** Tokens per second after that. Default: 40. */
  tokensPerSecond?: number
  /** Each token comes earlier or later by up to that. Default: 10 ms. 0 switches it off. */
  jitter?: Duration
  /** Tokens of one answer, 1 to 100,000; the text is said again until they are spent. Default: the text once. */
  tokens?: number
}

/** Options of `createMock`. */
export interface MockOptions {
  /** The address to listen on. Default: `127.0.0.1`, this machine only. */
  host?: string
  /** The port. Default: 0, any free one. */
  port?: number
  /** The paths of the stream. Default: `/events`; for `llm` `/v1/chat/completions` too, for `mcp` `/mcp`. */
  paths?: readonly string[]
  /** HTTP/2 over TLS with a certificate made at start, HTTP/1.1 for clients without it. Default: false, plain HTTP/1.1. */
  http2?: boolean
  /** Milliseconds between two events; `false` publishes only what is sent to `POST /publish`. Default: 1000. */
  everyMs?: number | false
  /** The types of the events, in turn. Default: `message`. */
  eventTypes?: readonly string[]
  /** The topics of the events, in turn; `?topics=a,b` chooses among them. Default: events have no topic. */
  topics?: readonly string[]
  /**
   * The events' data, with `{{seq}}`, `{{now}}`, `{{uuid}}`, `{{random}}` and `{{query.x}}` filled in; of several, one
   * after the other. For `llm` the text of the answer. Default: a `MockEvent` as JSON.
   */
  payload?: string | readonly string[]
  /** Most events kept for clients that return. Default: 500. */
  historySize?: number
  /** Silence in milliseconds after which a comment is sent; 0 sends none. Default: 15,000. */
  keepAliveMs?: number
  /**
   * The reconnection time sent to clients, in milliseconds; of two, a random time between them. Default: 2000 to 5000, so
   * that clients do not all return at once. `false` leaves it to the client.
   */
  retryMs?: number | readonly [from: number, to: number] | false
  /**
   * Whose pages may read from another origin: `true` everybody's, `false` nobody's, or the origins named. Default: pages
   * that this machine serves (`localhost` and loopback addresses, any port).
   */
  cors?: boolean | string | readonly string[]
  /** Further host names under which requests that change something may come. Default: loopback, addresses and `host`. */
  allowHosts?: readonly string[]
  /** What goes wrong on purpose, as `NAME[:VALUE][@WHERE=N]`. Default: nothing. See `listFaults`. */
  faults?: readonly string[]
  /** Makes random faults and payloads repeat. Default: a random seed. */
  seed?: number
  /** The shape of the streams. Default: `stream`. */
  profile?: MockProfile
  /** Plays this file to each client instead: `.ssecast`, `.sse`, or a HAR of DevTools. Default: none. */
  recording?: string
  /** How many times as fast as it was recorded. Default: 1. */
  speed?: number
  /** How the `llm` profile speaks. */
  llm?: LlmOptions
  /** More paths to answer, by exact path without query; they win over the mock's own. */
  routes?: Record<string, RequestHandler>
}

/** The language model's pace, settled. */
export interface LlmSettings {
  firstTokenMs: number
  msPerToken: number
  jitterMs: number
  tokens: number | undefined
}

/** The same, settled. */
export interface MockSettings {
  host: string
  port: number
  paths: readonly string[]
  http2: boolean
  everyMs: number | false
  eventTypes: readonly string[]
  topics: readonly string[]
  payloads: readonly string[]
  historySize: number
  keepAliveMs: number
  retryMs: number | readonly [number, number] | false
  profile: MockProfile
  recording: string | undefined
  speed: number
  llm: LlmSettings
  routes: Record<string, RequestHandler>
}

const pathsOf: Record<MockProfile, readonly string[]> = {
  stream: ['/events'],
  llm: ['/v1/chat/completions', '/events'],
  mcp: ['/mcp'],
}

/** Paths that the mock answers itself. */
export const ownPaths: readonly string[] = ['/', '/ping', '/publish', '/connections', '/faults']

/** @throws SseCoordError `bad-option` for an option that makes no sense. */
export function settleMock(options: MockOptions): MockSettings {
  const { everyMs = 1000, profile = 'stream', speed = 1, payload = [], retryMs = [2000, 5000] } = options
  if (everyMs !== false && !(everyMs > 0 && everyMs <= 2 ** 31 - 1)) {
    throw badOption(`everyMs is a number of milliseconds above zero, not ${everyMs}`)
  }
  const paths = options.paths ?? pathsOf[profile]
  for (const path of paths) {
    if (!/^\/[^?#\s]*$/.test(path))
      throw badOption(`a path of the stream begins with / and has no query, unlike “${path}”`)
    if (ownPaths.includes(path)) throw badOption(`${path} is the mock’s own and cannot be the stream’s path`)
  }
  if (paths.length === 0) throw badOption('the stream needs at least one path, such as /events')
  if (!(speed > 0 && speed <= 1_000_000)) throw badOption(`speed is a number above zero, not ${speed}`)
  if (options.recording !== undefined && options.profile !== undefined) {
    throw badOption('a recording has its own shape: leave the profile out')
  }
  for (const type of options.eventTypes ?? []) {
    if (/[\r\n]/.test(type)) throw badOption('an event type is one line')
  }
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    paths,
    http2: options.http2 ?? false,
    everyMs,
    eventTypes: options.eventTypes?.length ? options.eventTypes : ['message'],
    topics: options.topics ?? [],
    payloads: typeof payload === 'string' ? [payload] : payload,
    historySize: options.historySize ?? 500,
    keepAliveMs: options.keepAliveMs ?? 15_000,
    retryMs,
    profile,
    recording: options.recording,
    speed,
    llm: settleLlm(options.llm ?? {}),
    routes: options.routes ?? {},
  }
}

function settleLlm({ firstToken = 400, tokensPerSecond = 40, jitter = 10, tokens }: LlmOptions): LlmSettings {
  if (!(tokensPerSecond > 0 && tokensPerSecond <= 100_000)) {
    throw badOption(`tokensPerSecond is a number above zero, up to 100000, not ${tokensPerSecond}`)
  }
  if (tokens !== undefined && !(Number.isInteger(tokens) && tokens >= 1 && tokens <= 100_000)) {
    throw badOption(`tokens is a whole number from 1 to 100000, not ${tokens}`)
  }
  return {
    firstTokenMs: toMs('firstToken', firstToken),
    msPerToken: 1000 / tokensPerSecond,
    jitterMs: toMs('jitter', jitter),
    tokens,
  }
}

function badOption(words: string): SseCoordError {
  return new SseCoordError('bad-option', words)
}
