/** Reads the one target of a reverse proxy. */
import { SseCoordError } from '../error.js'
import { redacted, redactUrl } from '../evidence/redact.js'
import { isLoopback, isOwnAddress, type Listening } from './address-rule.js'
import { bareHostname, portOf } from './destination.js'

/**
 * The target as a URL.
 *
 * @throws SseCoordError `bad-target` when it is no http or https URL, or has a query.
 */
export function readTarget(target: string | URL): URL {
  const url = URL.canParse(String(target)) ? new URL(target) : undefined
  if (url?.hostname && (url.protocol === 'http:' || url.protocol === 'https:')) return checkParts(url)
  const guess = /^\d+$/.test(String(target)) ? `http://localhost:${target}` : `http://${target}`
  throw new SseCoordError('bad-target', `The target must be an http or https URL, not “${shown(target)}”.`, {
    ...(URL.canParse(guess) && !String(target).includes('://') ? { hint: `Did you mean ${shown(guess)} ?` } : {}),
  })
}

/** Refuses what would be lost in silence, or break each request. */
function checkParts(url: URL): URL {
  if (url.search !== '') {
    throw new SseCoordError('bad-target', `The target ${shown(url)} has a query, which no request would get.`, {
      hint: 'Leave out what begins with the question mark; each request brings its own.',
    })
  }
  try {
    decodeURIComponent(url.username + url.password)
  } catch {
    throw new SseCoordError('bad-target', `User or password in the target ${shown(url)} cannot be read.`, {
      hint: 'Write a % in them as %25.',
    })
  }
  url.hash = '' // the page's own, which is sent to nobody
  return url
}

/** Without user and password, also where the scheme was forgotten. */
function shown(target: string | URL): string {
  return redactUrl(target).replace(/^[^/@]*@/, `${redacted}@`)
}

/**
 * Refuses a target that is the proxy itself, as far as its name tells; what a name resolves to is judged with each
 * connection.
 *
 * @throws SseCoordError `bad-target`
 */
export function refuseItself(target: URL, listening: Listening): void {
  const hostname = bareHostname(target)
  const addresses = isLocalName(hostname) ? ['127.0.0.1', '::1', hostname] : [hostname]
  if (!addresses.some((address) => isOwnAddress(address, portOf(target), listening))) return
  throw new SseCoordError('bad-target', `The target ${target.origin} is the proxy's own address.`, {
    hint: 'Give the address of the app as the target, and the proxy another port.',
  })
}

/** Whether the target is on this machine, so that a certificate signed by nobody is no danger. */
export function isLocalTarget(target: URL): boolean {
  const hostname = bareHostname(target)
  return isLocalName(hostname) || isLoopback(hostname)
}

/** Whether a name is one of this machine's loopback by its kind. */
export function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}
