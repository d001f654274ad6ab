/** Who is in a channel, and who of them wants which topic. */

/** One member. */
export interface Member<Membership> {
  readonly membership: Membership
  /** The topics asked for; `undefined` means all. */
  readonly topics: ReadonlySet<string> | undefined
}

/** Members by session, with an index by topic. */
export class Members<Session, Membership> {
  readonly #members = new Map<Session, Member<Membership>>()
  readonly #byTopic = new Map<string, Set<Session>>()
  readonly #withoutTopics = new Set<Session>()

  get size(): number {
    return this.#members.size
  }

  get(session: Session): Member<Membership> | undefined {
    return this.#members.get(session)
  }

  /** Everybody. */
  sessions(): Iterable<Session> {
    return this.#members.keys()
  }

  /** Those who get events of a topic, which are those who asked for it or for everything; or of none, which is everybody. */
  *listening(topic: string | undefined): Iterable<Session> {
    if (topic === undefined) {
      yield* this.#members.keys()
      return
    }
    yield* this.#withoutTopics
    yield* this.#byTopic.get(topic) ?? []
  }

  /** How many asked for each topic. */
  topicCounts(): Record<string, number> {
    return Object.fromEntries([...this.#byTopic].map(([topic, sessions]) => [topic, sessions.size]))
  }

  add(session: Session, member: Member<Membership>): void {
    this.#members.set(session, member)
    if (!member.topics) this.#withoutTopics.add(session)
    for (const topic of member.topics ?? []) {
      const sessions = this.#byTopic.get(topic)
      if (sessions) sessions.add(session)
      else this.#byTopic.set(topic, new Set([session]))
    }
  }

  delete(session: Session): void {
    const member = this.#members.get(session)
    this.#members.delete(session)
    this.#withoutTopics.delete(session)
    for (const topic of member?.topics ?? []) {
      const sessions = this.#byTopic.get(topic)
      sessions?.delete(session)
      if (sessions?.size === 0) this.#byTopic.delete(topic)
    }
  }
}
