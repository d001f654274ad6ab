/** Picks the way to elect and the transport that fit the place the page is in. Never silence: alone if need be. */
import type { Elect } from './elect.js'
import { electAlone } from './elect-alone.js'
import { electByLock } from './elect-by-lock.js'
import { electByQuestion } from './elect-by-question.js'
import type { MemberOptions } from './member.js'
import { fetchTransport } from './open-fetch.js'
import { nativeTransport } from './open-native.js'
import type { Plan } from './plan.js'
import { readUntil } from './read-until.js'
import type { World } from './world.js'

/** How the tabs agree on who reads the stream; `sharedWorker({ url })` is one more. */
export type Strategy = 'auto' | 'heartbeat' | 'standalone' | Elect

/** Web Locks where there are, questions on the channel where not, alone without a channel or an origin to share. */
export function chooseElect(world: World, strategy: Strategy = 'auto'): Elect {
  if (typeof strategy === 'object') return world.navigator?.locks ? strategy : electByQuestion
  if (strategy === 'standalone' || !world.BroadcastChannel || world.origin === 'null') return electAlone
  return strategy === 'auto' && world.navigator?.locks ? electByLock : electByQuestion
}

/** `fetch` for the page's own origin, the browser's EventSource for others; what only `fetch` can do decides first. */
export function chooseTransport(world: World, plan: Plan): Pick<MemberOptions, 'open' | 'canResume' | 'readUntil'> {
  const { url, transport, method, body, headers, lastEventIdParam } = plan
  const own = new URL(url).origin === world.origin
  return transport !== 'eventsource' && (transport === 'fetch' || own || method || body || headers)
    ? { open: fetchTransport(world, plan), canResume: true, readUntil }
    : { open: nativeTransport(lastEventIdParam), canResume: !!lastEventIdParam, readUntil }
}
