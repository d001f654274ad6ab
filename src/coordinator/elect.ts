/** How a member comes to lead: the seam between the group and Web Locks or their substitutes. */
import type { Plan } from './plan.js'
import type { World } from './world.js'

/** One member's part in the election of a leader. */
export interface Election {
  /**
   * Queues for the lead, afresh if it stood before, which makes a browser end a leader that it keeps in its back/forward
   * cache. `byForce`: takes it.
   */
  stand(byForce?: boolean): void
  /** Gives the lead up, or the place in the queue. */
  close(): void
  /** A leader was heard; perhaps it said goodbye. */
  heard?(isBye: boolean): void
}

/** Takes part in an election under a name that the group shares. */
export type BeginElection = (
  world: World,
  name: string,
  /** Called when this member is to lead, */
  onElected: () => void,
  /** when somebody else has taken the lead by force, */
  onDeposed: () => void,
  /** and when there is nobody to share with. */
  onAlone: () => void,
  plan: Plan,
) => Election

/** One way of electing. */
export interface Elect {
  /** Names the way: members that elect in different ways form different groups. */
  readonly way: 'lock' | 'question' | 'alone'
  readonly begin: BeginElection
}
