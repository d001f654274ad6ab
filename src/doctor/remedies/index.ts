/** Every remedy there is, and the choice among them. */
import type { Exchange } from '../../evidence/exchange.js'
import type { Fix } from '../check.js'
import { headerOf } from '../watched.js'
import { anyServer } from './any-server.js'
import { apache } from './apache.js'
import { bun } from './bun.js'
import { caddy } from './caddy.js'
import { vite, webpack } from './dev-proxy.js'
import { express } from './express.js'
import { haproxy } from './haproxy.js'
import { next } from './next.js'
import { nginx } from './nginx.js'
import { python } from './python.js'
import type { Remedy, Trouble } from './remedy.js'
import { varnish } from './varnish.js'

type StackName =
  | 'nginx'
  | 'haproxy'
  | 'apache'
  | 'caddy'
  | 'varnish'
  | 'next'
  | 'express'
  | 'python'
  | 'bun'
  | 'vite'
  | 'webpack'

export const remedies: Readonly<Record<StackName, Remedy>> = {
  nginx,
  haproxy,
  apache,
  caddy,
  varnish,
  next,
  express,
  python,
  bun,
  vite,
  webpack,
}

/**
 * What to paste against a trouble: for every stack that the response came by, then for those that its behaviour tells
 * of, and only where there is neither, what helps everywhere.
 */
export function fixesFor(trouble: Trouble, exchange: Exchange | undefined, told: readonly Remedy[] = []): Fix[] {
  const known = exchange ? Object.values(remedies).filter((one) => one.detect(exchange)) : []
  const chosen = [...new Set([...known, ...told])].flatMap((one) => toFix(one, trouble))
  if (chosen.length > 0) return chosen
  return toFix(anyServer, trouble === 'compressed' && forbidsIt(exchange) ? 'compressed-anyway' : trouble)
}

/** Whether the answer says already what most compressors go by. */
const forbidsIt = (exchange: Exchange | undefined): boolean =>
  exchange !== undefined && /no-transform/i.test(headerOf(exchange, 'cache-control') ?? '')

function toFix({ stack, snippets }: Remedy, trouble: Trouble): Fix[] {
  const snippet = snippets[trouble]
  return snippet === undefined ? [] : [{ stack, snippet }]
}
