/**
 * Looks names up as browsers do: those below `localhost`, such as `shop.localhost`, are this machine's, whatever the system's
 * resolver thinks. That of macOS, and of many a container, knows none of them. RFC 6761, section 6.3.
 */
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** For the option `lookup` of a connection. */
export const lookupLocal: LookupFunction = (hostname, options, callback) =>
  lookup(/\.localhost\.?$/i.test(hostname) ? 'localhost' : hostname, options, callback)
