/**
 * Who may read from another origin, and who may change something. A page that any website shows can send requests to
 * this machine; the browser says in `Origin` whose page it is. A name that a website has pointed at this machine (DNS
 * rebinding) shows in `Host`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { SseCoordError } from '../error.js'

/** The rules of one mock. */
export interface Origins {
  /** Names the page's origin as one that may read, if it may. */
  allow(request: IncomingMessage, response: ServerResponse): void
  /** Answers the question that browsers ask before a request that is not plain. */
  preflight(request: IncomingMessage, response: ServerResponse, methods: string): void
  /** Whether a page of that origin may read; also true for requests that no page made. */
  mayRead(request: IncomingMessage): boolean
  /** Why the request may change nothing; `undefined` when it may. */
  refusal(request: IncomingMessage): string | undefined
}

/** What `createOrigins` takes; see `MockOptions`. */
export interface OriginsOptions {
  cors?: boolean | string | readonly string[] | undefined
  host: string
  allowHosts?: readonly string[] | undefined
}

/** @throws SseCoordError `bad-option` for what is no origin. */
export function createOrigins({ cors, host, allowHosts = [] }: OriginsOptions): Origins {
  const named = typeof cors === 'string' ? [cors] : typeof cors === 'object' ? cors : []
  const origins = new Set(named.map(readOrigin))
  const hosts = new Set([host, ...allowHosts].map((name) => name.toLowerCase()))

  function mayRead(origin: string): boolean {
    if (cors === true || origins.has(origin)) return true
    return cors === undefined && isLocalOrigin(origin)
  }

  /** A change is for pages of this machine, and for those that were named; not for everybody who may read. */
  function mayChange(origin: string, request: IncomingMessage): boolean {
    return origins.has(origin) || isLocalOrigin(origin) || hostOfOrigin(origin) === authorityOf(request).toLowerCase()
  }

  return {
    mayRead: ({ headers: { origin } }) => origin === undefined || mayRead(origin),
    allow(request, response) {
      const { origin } = request.headers
      if (cors !== false) response.setHeader('Vary', 'Origin')
      if (origin === undefined || !mayRead(origin)) return
      // The origin is named, as credentials do not go with `*`.
      response.setHeader('Access-Control-Allow-Origin', origin)
      response.setHeader('Access-Control-Allow-Credentials', 'true')
      response.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id, Retry-After')
    },
    preflight({ headers }, response, methods) {
      const wanted = headers['access-control-request-headers']
      if (wanted !== undefined) response.setHeader('Access-Control-Allow-Headers', wanted)
      if (headers['access-control-request-private-network']) {
        response.setHeader('Access-Control-Allow-Private-Network', 'true')
      }
      response.setHeader('Access-Control-Allow-Methods', methods)
      response.setHeader('Allow', methods)
      response.writeHead(204).end()
    },
    refusal(request) {
      const name = hostNameOf(authorityOf(request))
      if (!isLocalName(name) && isIP(bare(name)) === 0 && !hosts.has(name)) {
        return `A change has to name this machine in Host, not “${name}”; start the mock with --allow-host ${name} if that is it.`
      }
      const { origin } = request.headers
      if (origin === undefined || mayChange(origin, request)) return undefined
      return `A page of ${origin} may not change anything here; start the mock with --cors ${origin} if it is yours.`
    },
  }
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && url.origin !== 'null' && url.pathname === '/' && url.search === '') return url.origin
  throw new SseCoordError(
    'bad-option',
    `An origin is a scheme and a host, such as http://localhost:5173, not “${text}”.`,
  )
}

function isLocalOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLocalName(new URL(origin).hostname)
}

function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

/** Host, which HTTP/2 calls :authority. */
function authorityOf({ headers }: IncomingMessage): string {
  return String(headers[':authority'] ?? headers.host ?? '')
}

function hostNameOf(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase()
}

function bare(name: string): string {
  return name.replace(/^\[(.*)\]$/, '$1')
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(bare(name))
}

/** An address, not a name that begins like one: `127.example.com` leads anywhere. */
function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}
