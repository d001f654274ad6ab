/** The one target of a reverse proxy: reading it, and telling whether it is the proxy itself. */
import { networkInterfaces } from 'node:os'
import { SseCoordError } from '../error.js'

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

/** The port that the target's URL means. */
export function targetPort(target: URL): number {
  if (target.port !== '') return Number(target.port)
  return target.protocol === 'https:' ? 443 : 80
}

/** The target in the form that http-proxy hands to Node: a bare IPv6 address, a number as port. */
export function targetOptions(target: URL): { protocol: string; host: string; hostname: string; port: number } {
  const hostname = bareHostname(target)
  return { protocol: target.protocol, host: hostname, hostname, port: targetPort(target) }
}

/** The path that comes before every requested path; the empty string where the target is a bare origin. */
export function targetBasePath(target: URL): string {
  return target.pathname.replace(/\/+$/, '')
}

/** Whether requests to the target would come back to a listener on this host and port. */
export function isOwnAddress(target: URL, host: string, port: number): boolean {
  if (targetPort(target) !== port) return false
  const hostname = bareHostname(target)
  if (hostname === host) return true
  const reached = isAnyAddress(host) ? [...localAddresses(), host] : [host]
  const names = isLoopbackName(hostname) ? ['127.0.0.1', '::1', 'localhost'] : [hostname]
  return reached.some((address) => names.includes(address)) || (isAnyAddress(host) && isLoopbackName(hostname))
}

function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '::1' || /^127\./.test(hostname)
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === ''
}

function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
}
