/**
 * How long the hops on the way let a connection be, as their makers document it. Looked up 2026-11; each with its
 * source, so that whoever doubts a figure can look again.
 */
import type { Exchange } from '../evidence/exchange.js'
import { headerOf } from './watched.js'

export interface Timeout {
  hop: string
  ms: number
  /** `silence`: after so long without a byte. `age`: after so long in all. */
  after: 'silence' | 'age'
  /** Whether a response came by this hop; `undefined` where no response tells. */
  tells?: (exchange: Exchange) => boolean
  source: string
}

const header = (name: string, pattern: RegExp) => (exchange: Exchange) => pattern.test(headerOf(exchange, name) ?? '')
const present = (name: string) => (exchange: Exchange) => headerOf(exchange, name) !== null

export const timeouts: readonly Timeout[] = [
  { hop: 'Bun.serve', ms: 10_000, after: 'silence', source: 'https://bun.sh/docs/api/http#idletimeout' },
  {
    hop: 'CloudFront',
    ms: 30_000,
    after: 'silence',
    tells: present('x-amz-cf-id'),
    source:
      'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout',
  },
  {
    hop: 'Heroku',
    ms: 55_000,
    after: 'silence',
    tells: header('via', /heroku|vegur/i),
    source: 'https://devcenter.heroku.com/articles/request-timeout#long-polling-and-streaming-responses',
  },
  {
    hop: 'nginx',
    ms: 60_000,
    after: 'silence',
    tells: header('server', /^nginx/i),
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
  },
  {
    hop: 'AWS ALB',
    ms: 60_000,
    after: 'silence',
    tells: header('server', /^awselb/i),
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout',
  },
  {
    hop: 'Cloudflare',
    ms: 120_000,
    after: 'silence',
    tells: present('cf-ray'),
    source: 'https://developers.cloudflare.com/fundamentals/reference/connection-limits/',
  },
  {
    hop: 'Azure load balancer',
    ms: 240_000,
    after: 'silence',
    source: 'https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset',
  },
  {
    hop: 'undici clients',
    ms: 300_000,
    after: 'silence',
    source: 'https://undici.nodejs.org/#/docs/api/Client (bodyTimeout)',
  },
  {
    hop: 'Vercel functions',
    ms: 300_000,
    after: 'age',
    tells: present('x-vercel-id'),
    source: 'https://vercel.com/docs/functions/configuring-functions/duration',
  },
]

/** How far from a documented time-out a close may be and still be told as that, in milliseconds. */
export const timeoutToleranceMs = 300

/** The hops that a response came by. */
export function hopsOf(exchange: Exchange): Timeout[] {
  return timeouts.filter(({ tells }) => tells?.(exchange))
}

/** The hop whose time-out a close after so long matches; one that the response came by before all others. */
export function matchTimeout(exchange: Exchange, after: Timeout['after'], ms: number): Timeout | undefined {
  const near = timeouts.filter((timeout) => timeout.after === after && isNear(timeout, ms))
  return near.find(({ tells }) => tells?.(exchange)) ?? near[0]
}

/** Bun looks at its clock every few seconds, so that its ten are eight to thirteen. */
function isNear({ hop, ms: documented }: Timeout, ms: number): boolean {
  if (hop === 'Bun.serve') return ms >= 8000 && ms <= 13_000
  if (hop === 'Cloudflare') return ms >= documented - timeoutToleranceMs && ms <= 125_000 + timeoutToleranceMs
  return Math.abs(ms - documented) <= timeoutToleranceMs
}
