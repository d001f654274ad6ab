/** Where a request goes: read from the target in reverse mode, from the request itself in forward mode. */
import type { IncomingMessage } from 'node:http'

/** The server and path that a request is sent on to. */
export interface Destination {
  protocol: 'http:' | 'https:'
  /** A name or an address, IPv6 without brackets. */
  hostname: string
  port: number
  /** Path and query, as they go out. */
  path: string
  /** The Host header, as it goes out. */
  host: string
  /** `user:password`, where the target's URL names them. */
  auth?: string | undefined
}

/** The parts of a request's target that say where it goes. */
export interface RequestTarget {
  /** Scheme and authority of the absolute form; `undefined` for the origin form. RFC 9112, section 3.2. */
  origin: URL | undefined
  /** Path and query, byte for byte as requested. */
  path: string
}

const absoluteForm = /^https?:\/\/[^/?#]*/i

/** Splits the request target; an absolute form that is no URL gives `undefined`. */
export function readRequestTarget(request: IncomingMessage): RequestTarget | undefined {
  const url = request.url ?? '/'
  const prefix = absoluteForm.exec(url)?.[0]
  if (prefix === undefined) return { origin: undefined, path: url }
  if (!URL.canParse(prefix)) return undefined
  const rest = url.slice(prefix.length)
  if (rest === '') return { origin: new URL(prefix), path: request.method === 'OPTIONS' ? '*' : '/' }
  return { origin: new URL(prefix), path: rest.startsWith('/') ? rest : `/${rest}` }
}

/** The port that a URL means. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** The host of a URL as `net.connect` wants it: an IPv6 address without brackets. */
export function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** A host as it stands in a URL: an IPv6 address in brackets. */
export function bracketed(hostname: string): string {
  return hostname.includes(':') ? `[${hostname}]` : hostname
}

/** Finds the way behind one fixed target. The client's Host header passes, so that the app sees what the user sees. */
export function behindTarget(target: URL): (request: IncomingMessage) => Destination | undefined {
  const { username, password } = target
  const auth =
    username + password === '' ? undefined : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const { protocol, hostname, port } = serverOf(target)
  const folder = target.pathname.replace(/\/+$/, '')
  return (request) => {
    const requested = readRequestTarget(request)
    if (!requested) return undefined
    const host = requested.origin?.host ?? request.headers.host ?? target.host
    const path = requested.path === '*' ? '*' : folder + requested.path
    return { protocol, hostname, port, path, host, auth }
  }
}

/** The destination that a request to a forward proxy names; `undefined` when it names none. */
export function namedByRequest(request: IncomingMessage): Destination | undefined {
  const requested = readRequestTarget(request)
  if (!requested?.origin) return undefined
  return { ...serverOf(requested.origin), path: requested.path, host: requested.origin.host }
}

function serverOf(url: URL): Pick<Destination, 'protocol' | 'hostname' | 'port'> {
  return { protocol: url.protocol === 'https:' ? 'https:' : 'http:', hostname: bareHostname(url), port: portOf(url) }
}

/** An origin as the ledger names it; what is no host is kept, cut short, as the client sent it. */
export function originOf(scheme: 'http' | 'https', authority: string): string {
  const text = `${scheme}://${authority}`
  return URL.canParse(text) ? new URL(text).origin : text.slice(0, 300)
}
