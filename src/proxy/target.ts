/** Reads the one target of a reverse proxy. */
import { SseCoordError } from '../error.js'
import { isLoopback, isOwnAddress, type Listening } from './address-rule.js'
import { bareHostname, portOf } from './destination.js'

/**
 * The target as a URL.
 *
 * @throws SseCoordError `bad-target` when it is no http or https URL.
 */
export function readTarget(target: string | URL): URL {
  const url = URL.canParse(String(target)) ? new URL(target) : undefined
  if (url?.hostname && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  const guess = /^\d+$/.test(String(target)) ? `http://localhost:${target}` : `http://${target}`
  throw new SseCoordError('bad-target', `The target must be an http or https URL, not “${target}”.`, {
    ...(URL.canParse(guess) && !String(target).includes('://') ? { hint: `Did you mean ${guess} ?` } : {}),
  })
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

function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}
