/** Who listens to which channel of a backbone. */
import type { BackboneListener, LoggedEvent } from './backbone.js'

/** Listeners by channel. */
export interface Subscribers {
  add(channel: string, listener: BackboneListener): () => void
  deliver(event: LoggedEvent): void
  tellLost(): void
  clear(): void
}

export function createSubscribers(): Subscribers {
  const byChannel = new Map<string, Set<BackboneListener>>()
  return {
    add(channel, listener) {
      const listeners = byChannel.get(channel) ?? new Set()
      byChannel.set(channel, listeners)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && byChannel.get(channel) === listeners) byChannel.delete(channel)
      }
    },
    deliver(event) {
      for (const listener of byChannel.get(event.channel) ?? []) listener.onEvent(event)
    },
    tellLost() {
      for (const listeners of [...byChannel.values()]) for (const listener of [...listeners]) listener.onLost()
    },
    clear() {
      byChannel.clear()
    },
  }
}
