/** The channels that one session is in. Most are in one, and thousands of sets of one would take memory for nothing. */

/** A channel as a session sees it: somebody to tell when the connection is gone. */
export interface Membership<Member> {
  onSessionClosed(member: Member): void
}

/** None, one, or a set of those that came after each other. */
export type Memberships<Member> = Membership<Member> | Set<Membership<Member>> | undefined

/** The same with one more. */
export function joined<Member>(all: Memberships<Member>, one: Membership<Member>): Memberships<Member> {
  if (all === undefined || all === one) return one
  return all instanceof Set ? all.add(one) : new Set([all, one])
}

/** The same without one. */
export function left<Member>(all: Memberships<Member>, one: Membership<Member>): Memberships<Member> {
  if (all instanceof Set) all.delete(one)
  return all === one ? undefined : all
}

/** How many there are. */
export function countOf(all: Memberships<unknown>): number {
  return all instanceof Set ? all.size : all ? 1 : 0
}

/** All of them, as a list of its own. */
export function listOf<Member>(all: Memberships<Member>): Membership<Member>[] {
  return all instanceof Set ? [...all] : all ? [all] : []
}
