/** How a member comes to lead: the seam between the group and Web Locks or their substitutes. */
import type { Plan } from './plan.js'
import type { World } from './world.js'

/** What an election reports. */
export interface ElectionListener {
  onElected(): void
  /** Somebody else has taken the lead by force. */
  onDeposed(): void
  /** There is nobody here to share with. */
  onAlone(): void
}

/**
 * `wait`: queue for the lead. `again`: ask afresh, which makes a browser end a leader that it keeps in its back/forward
 * cache. `force`: take it.
 */
export type Stand = 'wait' | 'again' | 'force'

/** One member's part in the election of a leader. */
export interface Election {
  stand(how: Stand): void
  /** Gives the lead up, or the place in the queue. */
  withdraw(): void
  /** A leader was heard; perhaps it said goodbye. */
  heard?(isBye: boolean): void
}

/** One way of electing. */
export interface Elect {
  /** Names the way: members that elect in different ways form different groups. */
  readonly way: 'lock' | 'question' | 'alone'
  /** One member's part, on one platform, under a name that the group shares. */
  begin(world: World, name: string, listener: ElectionListener, plan: Plan): Election
}
