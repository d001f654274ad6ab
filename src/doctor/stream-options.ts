/** What a caller may ask of a run over streams, and what becomes of it. */

import type { HeaderPair, StreamRequest } from '../client/index.js'
import { type Duration, toMs } from '../config/quantities.js'
import { SseCoordError } from '../error.js'
import { isLoopback } from '../evidence/loopback.js'
import { redactUrl } from '../evidence/redact.js'
import type { StreamConditions, StreamProfile } from '../evidence/stream.js'
import type { AppCheck } from './app/app-check.js'
import type { Look } from './check.js'
import { areaOf, type ChosenChecks, chooseChecks } from './choose-checks.js'
import { streamChecks } from './stream-checks.js'

/** Options of `diagnose` that concern the streams named by `urls`. */
export interface StreamOptions {
  /** The streams to judge, `http:` or `https:`. Default: none, and the run tests this machine's browser instead. */
  urls?: readonly string[]
  /** How long each stream is watched: a number is milliseconds. From 1 s. Default: 20 s, with `deep` 150 s. */
  for?: Duration
  /** Watch past the common time-outs of proxies, 150 s. Default: false. */
  deep?: boolean
  /** Where the app itself serves the same stream, past every proxy: an origin or a URL. Default: not compared. */
  origin?: string
  /** A URL of your own proxy that leads to 127.0.0.1:`listen`, where a stream of ours is served meanwhile. */
  via?: string
  /** The port for `via`. */
  listen?: number
  /** The origin of the page that reads the stream, where it is another. Default: the CORS checks are skipped. */
  pageOrigin?: string
  /** That page sends cookies. Default: false. */
  withCredentials?: boolean
  /** Request headers; one character of a value is one byte. Their values appear in no report. Default: none of your own. */
  headers?: readonly HeaderPair[]
  /** Default: `GET`. */
  method?: string
  /** The body of the request. Default: none. */
  body?: Uint8Array | string
  /** Which HTTP versions to offer to servers with TLS. Default: `auto`, both. */
  http?: 1 | 2 | 'auto'
  /** Take any certificate. Default: false. */
  insecure?: boolean
  /** A URL with the server's own figures, OpenMetrics text or JSON, and the name or path of the one that counts open streams. */
  metrics?: { url: string; metric: string }
  /** The process id of the server, on this machine, whose sockets are to be counted. Linux alone. */
  pid?: number
  /** What the stream is for; `llm` and `mcp` streams may end. Default: `web`. */
  profile?: StreamProfile
  /** More than two connections at a time, also to hosts that are not this machine. Default: false. */
  allowLoad?: boolean
  /** Ids or areas of checks. Default: all. */
  onlyChecks?: readonly string[]
  /** Ids or areas of checks to leave out. Default: none. */
  skipChecks?: readonly string[]
}

/** Everything decided, for one stream. */
export interface StreamPlan {
  request: StreamRequest
  watchMs: number
  conditions: StreamConditions
  origin: StreamRequest | null
  via: { request: StreamRequest; port: number } | null
  metrics: { request: StreamRequest; metric: string } | null
  looks: ReadonlySet<Look>
}

export interface StreamsPlan {
  streams: StreamPlan[]
  chosen: ChosenChecks
}

const defaultWatchMs = 20_000
const deepWatchMs = 150_000
const shortestWatchMs = 1000

/**
 * @param app the checks of a page that is looked at in the same run
 * @throws SseCoordError `bad-option` or `bad-target` with one sentence
 */
export function toStreamsPlan(options: StreamOptions, tabs: number, app: readonly AppCheck[] = []): StreamsPlan {
  const urls = options.urls && options.urls.length > 0 ? options.urls : options.via === undefined ? [] : [options.via]
  const viaAlone = !options.urls?.length
  const stream =
    viaAlone && !options.onlyChecks ? streamChecks.filter(({ id }) => areaOf(id) === 'proxy') : streamChecks
  const chosen = chooseChecks(options.onlyChecks, options.skipChecks, { stream, app })
  const looks = new Set(chosen.stream.flatMap(({ needs }) => needs))
  // Behind a proxy that is pointed to us there is nothing yet that could be watched.
  if (viaAlone) looks.delete('watch')
  const watchMs = options.for === undefined ? (options.deep ? deepWatchMs : defaultWatchMs) : toMs('for', options.for)
  if (watchMs < shortestWatchMs) throw new SseCoordError('bad-option', 'for is one second at least')
  if (options.via !== undefined && options.listen === undefined) {
    throw new SseCoordError('bad-option', 'via needs listen: the port of 127.0.0.1 to which your proxy is pointed')
  }
  return {
    streams: [...new Set(urls)].map((url) => toStreamPlan(url, options, { watchMs, tabs, looks })),
    chosen: viaAlone ? { ...chosen, gates: [] } : chosen,
  }
}

function toStreamPlan(
  text: string,
  options: StreamOptions,
  { watchMs, tabs, looks }: { watchMs: number; tabs: number; looks: ReadonlySet<Look> },
): StreamPlan {
  const url = toUrl(text, 'URL')
  const request = (target: URL): StreamRequest => ({
    url: target,
    method: (options.method ?? (options.body === undefined ? 'GET' : 'POST')).toUpperCase(),
    headers: options.headers ?? [],
    ...(options.body !== undefined && { body: options.body }),
    http: options.http ?? 'auto',
    insecure: options.insecure ?? false,
  })
  // What the user sends to the stream is not for others.
  const plain = (target: URL, headers: HeaderPair[] = []): StreamRequest => {
    const { body: _body, ...rest } = request(target)
    return { ...rest, method: 'GET', headers }
  }
  const origin = options.origin === undefined ? null : sameStreamAt(url, toUrl(options.origin, 'origin'))
  const via = options.via === undefined ? null : toUrl(options.via, 'via')
  return {
    request: request(url),
    watchMs,
    origin: origin && request(origin),
    via: via && { request: plain(via), port: options.listen ?? 0 },
    metrics: options.metrics
      ? { request: plain(toUrl(options.metrics.url, 'metrics'), [['Accept', '*/*']]), metric: options.metrics.metric }
      : null,
    looks,
    conditions: {
      method: request(url).method ?? 'GET',
      watchMs,
      loopback: isLoopback(url.hostname),
      allowLoad: options.allowLoad ?? false,
      deep: options.deep ?? false,
      profile: options.profile ?? 'web',
      pageOrigin: options.pageOrigin === undefined ? null : toUrl(options.pageOrigin, 'pageOrigin').origin,
      withCredentials: options.withCredentials ?? false,
      tabs,
      origin: origin && redactUrl(origin.href),
      via: via !== null,
      metrics: options.metrics !== undefined,
      pid: options.pid ?? null,
    },
  }
}

/** The path of the stream at another origin, where only an origin was given. */
function sameStreamAt(url: URL, origin: URL): URL {
  return origin.pathname === '/' && origin.search === '' ? new URL(`${url.pathname}${url.search}`, origin) : origin
}

/** @throws SseCoordError `bad-target` */
function toUrl(text: string, what: string): URL {
  const example = `http://localhost:3000${/origin$/i.test(what) ? '' : '/events'}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) {
    url.hash = ''
    return url
  }
  if (/^[\w.-]+:\d+(\/|$)/.test(text) || /^[\w-]+(\.[\w-]+)+(\/|$)/.test(text)) {
    throw new SseCoordError('bad-target', `'${text}' lacks its scheme: http://${text}`)
  }
  if (url && url.protocol !== 'file:' && !/^[a-z]:/i.test(text)) {
    throw new SseCoordError(
      'bad-target',
      `'${redactUrl(text)}' is not http: or https:, which is all that EventSource can open.`,
    )
  }
  throw new SseCoordError(
    'bad-target',
    `'${text}' is no URL${what === 'URL' ? '' : ` for ${what}`}, such as ${example}.`,
  )
}
