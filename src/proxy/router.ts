/** Where requests go, what the ledger calls their origin, and which addresses may be connected to. */
import type { IncomingMessage } from 'node:http'
import { type AddressRule, checkLiteral, createAddressRule, hostMatcher, type Listening } from './address-rule.js'
import { behindTarget, type Destination, namedByRequest, originOf } from './destination.js'
import { describeFailure, type Failure, loopFailure, notForProxy } from './error-page.js'
import { createHostRule } from './host-rule.js'
import { createLoopMark } from './loop.js'
import type { Settings } from './options.js'

/** Finds the way for requests. */
export interface Router {
  /** Judges every address before it is connected to. */
  readonly rule: AddressRule
  /** Where a request goes, or why it goes nowhere. Marks the request, so that it is known if it comes back. */
  route(request: IncomingMessage): Destination | Failure
  /** Scheme, host and port as the client named them; `ownOrigin` where it named none. */
  originNamedBy(request: IncomingMessage, ownOrigin: string): string
}

/** Makes the router; `listening` is read with each request, since the port may be known only later. */
export function createRouter(settings: Settings, listening: Listening): Router {
  const { target, forward, allowHosts } = settings
  const judgeHost = createHostRule(settings)
  const loopMark = createLoopMark()
  const named = rememberLast(originOf)
  const wayOf = target ? behindTarget(target) : namedByRequest
  const allows = hostMatcher(allowHosts)
  const rule = createAddressRule(() => listening, forward ? allows : () => true)
  return {
    rule,
    route(request) {
      if (loopMark.isOwn(request)) return loopFailure('The request has been through this proxy before.')
      const destination = wayOf(request)
      if (!destination) return notForProxy
      const denial = judgeHost(destination.host)
      if (denial) return denial
      const refusal = checkLiteral(rule, destination.hostname, destination.port)
      if (refusal) return describeFailure(destination.host, refusal)
      loopMark.add(request)
      return destination
    },
    originNamedBy(request, ownOrigin) {
      const destination = forward ? namedByRequest(request) : undefined
      if (destination) return named(destination.protocol === 'https:' ? 'https' : 'http', destination.host)
      const scheme = ownOrigin.startsWith('https') ? 'https' : 'http'
      return request.headers.host ? named(scheme, request.headers.host.toLowerCase()) : ownOrigin
    },
  }
}

/** Nearly every request names what the one before named; reading a URL costs more than all else that is done to find its way. */
function rememberLast(read: typeof originOf): typeof originOf {
  let last = { scheme: '', authority: '', origin: '' }
  return (scheme, authority) => {
    if (last.scheme !== scheme || last.authority !== authority) {
      last = { scheme, authority, origin: read(scheme, authority) }
    }
    return last.origin
  }
}
