/** Picks the way to elect and the transport that fit the place the page is in. Never silence: alone if need be. */
import type { Elect } from './elect.js'
import { electAlone } from './elect-alone.js'
import { electByLock } from './elect-by-lock.js'
import { electByQuestion } from './elect-by-question.js'
import { keepOpen } from './keep-open.js'
import { join } from './member.js'
import type { Share } from './membership.js'
import { must } from './must.js'
import { fetchTransport } from './open-fetch.js'
import { nativeTransport } from './open-native.js'
import type { Plan } from './plan.js'
import type { MakeRequest } from './request.js'
import type { World } from './world.js'

/** How the tabs agree on who reads the stream; `sharedWorker({ url })` is one more. */
export type Strategy = 'auto' | 'heartbeat' | 'standalone' | Elect

const elections = { auto: electByLock, heartbeat: electByQuestion, standalone: electAlone }
const transports = ['auto', 'fetch', 'eventsource']

/**
 * Chooses for a plan, and returns what joins its group. `request` makes requests that only `fetch` can make.
 *
 * @throws TypeError for a strategy or transport that is none.
 */
export function choose(world: World, plan: Plan & { strategy?: Strategy | undefined }, request?: MakeRequest): Share {
  const { strategy = 'auto', transport = 'auto', lastEventIdParam } = plan
  let elect = elections[strategy as keyof typeof elections] ?? strategy
  must(elect?.begin, 'strategy', Object.keys(elections).join())
  must(transports.includes(transport), 'transport', transports.join())
  // Web Locks where there are, questions on the channel where not, alone without a channel or an origin to share.
  if (!world.BroadcastChannel || world.origin === 'null') elect = electAlone
  else if (!world.navigator?.locks && elect !== electAlone) elect = electByQuestion
  // The page's own origin by `fetch`, others by the browser's EventSource; what only `fetch` can do decides first.
  // It takes no URL with a password, as the URLs of a page have that was opened by one.
  const { origin, username } = new URL(plan.url)
  const isOwn = origin === world.origin && !username
  const byFetch = transport === 'auto' ? isOwn || request : transport === 'fetch'
  const open = byFetch ? fetchTransport(world, plan, request) : nativeTransport(plan)
  const keep = keepOpen(world, plan, open)
  const canResume = !!(byFetch || lastEventIdParam)
  return (types, listener) => join(world, plan, elect, keep, canResume, types, listener)
}
