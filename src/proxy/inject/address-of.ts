/** The address of a request's resource, as the browser sees it. */
import type { IncomingMessage } from 'node:http'
import { readRequestTarget } from '../destination.js'

/** `undefined` when the request does not name one. */
export function addressOf(request: IncomingMessage): URL | undefined {
  const target = readRequestTarget(request)
  const host = request.headers.host ?? request.headers[':authority']
  const scheme = 'encrypted' in request.socket && request.socket.encrypted ? 'https' : 'http'
  const base = target?.origin ?? (typeof host === 'string' ? `${scheme}://${host}` : undefined)
  if (!target || base === undefined || !URL.canParse(target.path, base)) return undefined
  // A path such as //elsewhere would be read as a host.
  const address = new URL(base)
  const [path = '', ...query] = target.path.split('?')
  address.pathname = path
  address.search = query.join('?')
  return address
}

/** A page without its query and fragment: what tabs have in common. `null` for what is no web address. */
export function pageOf(address: string | URL | null): string | null {
  if (address === null || !URL.canParse(address)) return null
  const { protocol, origin, pathname } = new URL(address)
  return protocol === 'http:' || protocol === 'https:' ? origin + pathname : null
}
