/**
 * Which names may stand in Host before an app that the proxy opens a way to. A page elsewhere can have its own name point to this
 * machine, and would read what it could not reach itself: an app off this machine, or one for which the proxy has the password.
 * An app on this machine is reached by such a page as it is, and gets Host as it came, to judge it itself.
 */
import { isIP } from 'node:net'
import { hostMatcher } from './address-rule.js'
import { bareHostname } from './destination.js'
import type { Failure } from './error-page.js'
import type { Settings } from './options.js'
import { isLocalName, isLocalTarget } from './target.js'

/** Judges a Host header; `undefined` allows it. */
export type HostRule = (host: string) => Failure | undefined

/** Makes the rule; it allows all where there is nothing to be guarded. */
export function createHostRule({ target, host, allowHosts }: Settings): HostRule {
  if (!target || (isLocalTarget(target) && target.username + target.password === '')) return () => undefined
  const allows = hostMatcher([target.hostname, host, ...allowHosts])
  return (named) => {
    const url = URL.canParse(`http://${named}`) ? new URL(`http://${named}`) : undefined
    const name = url ? bareHostname(url) : named
    if (isIP(name) !== 0 || isLocalName(name) || allows(name)) return undefined
    return {
      status: 421,
      title: 'This is not the name of the proxy',
      text: `The proxy answers to addresses and to localhost, not to ${name}, unless started with --allow-host for that name.`,
    }
  }
}
