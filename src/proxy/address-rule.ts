/**
 * Which addresses the proxy connects to. It is judged by the address that a name resolved to and that is then used, not
 * by the name: a name may point anywhere, and to somewhere else a moment later.
 */
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { lookupLocal } from '../client/index.js'

/** Why a connection to a target was refused before it was tried. */
export class RefusedTarget extends Error {
  readonly code: 'NOT_LOOPBACK' | 'LOOP'

  constructor(code: 'NOT_LOOPBACK' | 'LOOP', message: string) {
    super(message)
    this.name = 'RefusedTarget'
    this.code = code
  }
}

/** Judges one address; `undefined` allows it. */
export type AddressRule = (hostname: string, address: string, port: number) => RefusedTarget | undefined

/** Where a proxy listens. */
export interface Listening {
  host: string
  port: number
}

/**
 * Refuses the proxy itself and, unless `allows` says otherwise of the name, every address that is not of this machine's
 * loopback.
 */
export function createAddressRule(listening: () => Listening, allows: (hostname: string) => boolean): AddressRule {
  return (hostname, address, port) => {
    if (isOwnAddress(address, port, listening())) {
      return new RefusedTarget('LOOP', `${hostname}, port ${port}, is the proxy itself.`)
    }
    if (isLoopback(address) || allows(hostname)) return undefined
    return new RefusedTarget('NOT_LOOPBACK', `${hostname} is ${address}, which is not on this machine.`)
  }
}

/** Judges a host that is written as an address; a name is judged when it has been resolved. */
export function checkLiteral(rule: AddressRule, host: string, port: number): RefusedTarget | undefined {
  return isIP(host) === 0 ? undefined : rule(host, host, port)
}

/** A lookup for `net.connect` that refuses a name when any of its addresses is refused. */
export function guardedLookup(rule: AddressRule, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookupLocal(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family)
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address)
      for (const address of addresses) {
        const refusal = rule(hostname, address, port)
        if (refusal) return callback(refusal, found, family)
      }
      callback(null, found, family)
    })
  }
}

/** A matcher for names that the user allowed: exact, or `*.example.com` for all below. */
export function hostMatcher(patterns: readonly string[]): (hostname: string) => boolean {
  const exact = new Set(patterns.map((pattern) => pattern.toLowerCase()))
  const suffixes = [...exact].filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1))
  return (hostname) => {
    const name = hostname.toLowerCase()
    return exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix))
  }
}

/** Whether a connection to this address and port would reach the listener. */
export function isOwnAddress(address: string, port: number, listening: Listening): boolean {
  if (port !== listening.port) return false
  const { host } = listening
  if (host === '' || host === '0.0.0.0' || host === '::')
    return isLoopback(address) || localAddresses().includes(address)
  if (host === 'localhost') return address === '127.0.0.1' || address === '::1'
  return address === host || address === `::ffff:${host}` || isUnspecified(address)
}

/** Whether an address, IPv4 or IPv6, is of the loopback. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) || isUnspecified(address)
}

/** Connecting to the unspecified address reaches this machine. */
function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
}
