/** Picks the way to elect and the transport that fit the place the page is in. Never silence: alone if need be. */
import type { Elect } from './elect.js'
import { electAlone } from './elect-alone.js'
import { electByLock } from './elect-by-lock.js'
import { electByQuestion } from './elect-by-question.js'
import { keepOpen } from './keep-open.js'
import type { Ways } from './membership.js'
import { fetchTransport } from './open-fetch.js'
import { nativeTransport } from './open-native.js'
import type { Plan } from './plan.js'
import type { World } from './world.js'

/** How the tabs agree on who reads the stream; `sharedWorker({ url })` is one more. */
export type Strategy = 'auto' | 'heartbeat' | 'standalone' | Elect

/** Throws a TypeError that names what is wrong. */
export function must(isRight: unknown, name: string, be: string): void {
  if (!isRight) throw new TypeError(`${name} must be ${be}`)
}

const strategies = ['auto', 'heartbeat', 'standalone']
const transports = ['auto', 'fetch', 'eventsource']

/**
 * The ways for a plan.
 *
 * @throws TypeError for a strategy or transport that is none.
 */
export function choose(world: World, plan: Plan, strategy: Strategy = 'auto'): Ways {
  const { transport = 'auto', method, body, headers, lastEventIdParam } = plan
  must(typeof strategy === 'object' || strategies.includes(strategy), 'strategy', strategies.join())
  must(transports.includes(transport), 'transport', transports.join())
  // The page's own origin by `fetch`, others by the browser's EventSource; what only `fetch` can do decides first.
  const isOwn = new URL(plan.url).origin === world.origin
  const byFetch = transport === 'auto' ? isOwn || method || body || headers : transport === 'fetch'
  const open = byFetch ? fetchTransport(world, plan) : nativeTransport(plan)
  return {
    elect: electFor(world, strategy),
    keep: keepOpen(world, plan, open),
    canResume: !!(byFetch || lastEventIdParam),
  }
}

/** Web Locks where there are, questions on the channel where not, alone without a channel or an origin to share. */
function electFor(world: World, strategy: Strategy): Elect {
  if (strategy === 'standalone' || !world.BroadcastChannel || world.origin === 'null') return electAlone
  if (strategy === 'heartbeat' || !world.navigator?.locks) return electByQuestion
  return strategy === 'auto' ? electByLock : (strategy as Elect)
}
