/** What a mock can be asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duration } from '../config/quantities.js'

/** Answers one request. What it throws or rejects with becomes a 500. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Whose shape the streams have: a healthy event stream, a language model's answer, or an MCP server. */
export type MockProfile = 'stream' | 'llm' | 'mcp'

/** How the `llm` profile speaks. */
export interface LlmOptions {
  /** Silence before the first token. Default: 400 ms. */
  firstToken?: Duration | undefined
  /** Tokens per second after that. Default: 40. */
  tokensPerSecond?: number | undefined
  /** Each token comes earlier or later by up to that. Default: 10 ms. 0 switches it off. */
  jitter?: Duration | undefined
  /** Tokens of one answer, 1 to 100,000; the text is said again until they are spent. Default: the text once. */
  tokens?: number | undefined
}

/** Options of `createMock`. */
export interface MockOptions {
  /** The address to listen on. Default: `127.0.0.1`, this machine only. */
  host?: string | undefined
  /** The port. Default: 0, any free one. */
  port?: number | undefined
  /** The paths of the stream. Default: `/events`; for `llm` `/v1/chat/completions` and `/v1/messages` too, for `mcp` `/mcp`. */
  paths?: readonly string[] | undefined
  /** HTTP/2 over TLS with a certificate made at start, HTTP/1.1 for clients without it. Default: false, plain HTTP/1.1. */
  http2?: boolean | undefined
  /** Milliseconds between two events; `false` publishes only what is sent to `POST /publish`. Default: 1000. */
  everyMs?: number | false | undefined
  /** The types of the events, in turn. Default: `message`. */
  eventTypes?: readonly string[] | undefined
  /** The topics of the events, in turn; `?topics=a,b` chooses among them. Default: events have no topic. */
  topics?: readonly string[] | undefined
  /**
   * The events' data, with `{{seq}}`, `{{now}}`, `{{uuid}}`, `{{random}}` and `{{query.x}}` filled in; of several, one
   * after the other. For `llm` the text of the answer. Default: a `MockEvent` as JSON.
   */
  payload?: string | readonly string[] | undefined
  /**
   * The same from a file, of `.ndjson` and `.jsonl` each line. Read again when it has changed, for events that go out then.
   * Default: none.
   */
  payloadFile?: string | undefined
  /** Most events kept for clients that return. Default: 500. */
  historySize?: number | undefined
  /** Silence in milliseconds after which a comment is sent; 0 sends none. Default: 15,000. */
  keepAliveMs?: number | undefined
  /**
   * The reconnection time sent to clients, in milliseconds; of two, a random time between them. Default: 2000 to 5000, so
   * that clients do not all return at once. `false` leaves it to the client.
   */
  retryMs?: number | readonly [from: number, to: number] | false | undefined
  /**
   * Whose pages may read from another origin: `true` everybody's, `false` nobody's, or the origins named. Default: pages
   * that this machine serves (`localhost` and loopback addresses, any port).
   */
  cors?: boolean | string | readonly string[] | undefined
  /** Further host names under which requests that change something may come. Default: loopback, addresses and `host`. */
  allowHosts?: readonly string[] | undefined
  /** What goes wrong on purpose, as `NAME[:VALUE][@WHERE=N]`. Default: nothing. See `listFaults`. */
  faults?: readonly string[] | undefined
  /** Makes random faults and payloads repeat. Default: a random seed. */
  seed?: number | undefined
  /** The shape of the streams. Default: `stream`. */
  profile?: MockProfile | undefined
  /**
   * Plays this file to each client instead: `.ssecast`, `.sse`, or a HAR of DevTools. Read again when it has changed, for
   * clients that come then. Default: none.
   */
  recording?: string | undefined
  /** How many times as fast as it was recorded. Default: 1. */
  speed?: number | undefined
  /** How the `llm` profile speaks. */
  llm?: LlmOptions | undefined
  /** More paths to answer, by exact path without query; they win over the mock's own. */
  routes?: Record<string, RequestHandler> | undefined
  /** Told in a sentence when the recording or the payload's file has changed, and when it cannot be used as it is. Default: nobody. */
  onNote?: ((line: string) => void) | undefined
}
