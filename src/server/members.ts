/** Who is in a channel, and who of them wants which topic. */

/** Sessions, with an index by topic of those that chose topics. */
export class Members<Session> {
  /** Those who get everything. */
  readonly #plain = new Set<Session>()
  /** Those who chose, and what. */
  readonly #choosy = new Map<Session, ReadonlySet<string>>()
  readonly #byTopic = new Map<string, Set<Session>>()

  get size(): number {
    return this.#plain.size + this.#choosy.size
  }

  has(session: Session): boolean {
    return this.#plain.has(session) || this.#choosy.has(session)
  }

  /** Everybody. */
  all(): Session[] {
    return [...this.#plain, ...this.#choosy.keys()]
  }

  /**
   * Visits those who get an event of a topic: whoever chose it, or chose nothing. Of no topic: everybody. A visit that throws
   * keeps nobody else from theirs; what the first one threw is thrown at the end.
   */
  visit(topic: string | undefined, visit: (session: Session) => void): void {
    const errors: unknown[] = []
    // Loops of its own: one that is shared with other callers is not made as fast.
    for (const session of this.#plain) {
      try {
        visit(session)
      } catch (error) {
        errors.push(error)
      }
    }
    const others = topic === undefined ? this.#choosy.keys() : this.#byTopic.get(topic)
    for (const session of others ?? []) {
      try {
        visit(session)
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }

  /** How many chose each topic. */
  topicCounts(): Record<string, number> {
    return Object.fromEntries([...this.#byTopic].map(([topic, sessions]) => [topic, sessions.size]))
  }

  add(session: Session, topics: ReadonlySet<string> | undefined): void {
    if (!topics) {
      this.#plain.add(session)
      return
    }
    this.#choosy.set(session, topics)
    for (const topic of topics) {
      const sessions = this.#byTopic.get(topic)
      if (sessions) sessions.add(session)
      else this.#byTopic.set(topic, new Set([session]))
    }
  }

  delete(session: Session): void {
    this.#plain.delete(session)
    for (const topic of this.#choosy.get(session) ?? []) {
      const sessions = this.#byTopic.get(topic)
      sessions?.delete(session)
      if (sessions?.size === 0) this.#byTopic.delete(topic)
    }
    this.#choosy.delete(session)
  }
}

/** Whether an event of a topic is for somebody who chose these, or chose nothing. An event of no topic is for everybody. */
export function isWanted(topic: string | undefined, topics: ReadonlySet<string> | undefined): boolean {
  return topic === undefined || !topics || topics.has(topic)
}
