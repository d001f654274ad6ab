/** What a member of a group is to its owner. */
import type { SharedEvent } from './history.js'
import type { StreamState } from './message.js'

/** What a member tells its owner, until it leaves. */
export interface MemberListener {
  onEvent?(event: SharedEvent, origin: string): unknown
  /**
   * The shared connection is open (1), over (2), or was lost once more (below zero). Without a reason it is over because
   * somebody wanted that.
   */
  onState?(state: StreamState, reason: string): void
  onLeaderChange?(leading: boolean): void
  /** Events may be missing here: nobody can bring them back. */
  onGap?(lastEventId: string): void
  /** Another tab's app said something, or another script did. */
  onApp?(value: unknown): void
}

/** Joins a group; `types` are the event types wanted, for transports that must be told. */
export type Share = (types: Iterable<string>, listener: MemberListener) => Member

/** A member of a group, in all forms. */
export interface Sharer {
  /** Asks for one more event type. */
  addType(type: string): void
  /** Leaves for good, and tells its owner nothing more. */
  leave(): void
}

/** A member of a group, in all but the smallest form. */
export interface Member extends Sharer {
  isLeader(): boolean
  /** Says something to the other tabs' apps. */
  say(value: unknown): void
  /** Gives up the lead, if it has it, and queues again. */
  demoteToFollower(): void
  /** See Sharer; `everybody` ends the group in all tabs. */
  leave(everybody?: boolean): void
  /** The stream is over for this member; the others have what it read and see for themselves. */
  end(): void
}
