/**
 * What HTTP/1.1 would have made of requests that came over HTTP/2: six at a time for each client, the rest in a queue,
 * first in, first out. A request leaves when it ends in reality, so the figures are a lower bound.
 */
import { connectionsPerOrigin, type DemandSnapshot } from '../evidence/ledger.js'

interface Lane {
  running: Set<object>
  /** Each waiting request, and since when. */
  queue: Map<object, number>
}

/** The requests to one origin that came over HTTP/2. */
export class Demand {
  readonly #lanes = new Map<string, Lane>()
  #mostInFlight = 0
  #wouldHaveWaited = 0
  #longestWaitMs: number | null = null

  /** A request begins; returns how to say that it has ended. */
  begin(client: string, at: number): (at: number) => void {
    const lane = this.#lanes.get(client) ?? { running: new Set(), queue: new Map() }
    this.#lanes.set(client, lane)
    const request = {}
    if (lane.running.size < connectionsPerOrigin) lane.running.add(request)
    else {
      lane.queue.set(request, at)
      this.#wouldHaveWaited++
    }
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#count(inFlight))
    return (end) => {
      this.#leaveQueue(lane, request, end)
      const [next] = lane.queue.keys()
      if (lane.running.delete(request) && next) {
        this.#leaveQueue(lane, next, end)
        lane.running.add(next)
      }
      if (inFlight(lane) === 0) this.#lanes.delete(client)
    }
  }

  snapshot(at: number): DemandSnapshot {
    const waiting = [...this.#lanes.values()].flatMap(({ queue }) => [...queue.values()].map((since) => at - since))
    const longest = Math.max(this.#longestWaitMs ?? 0, ...waiting)
    return {
      inFlight: this.#count(inFlight),
      mostInFlight: this.#mostInFlight,
      wouldWait: waiting.length,
      wouldHaveWaited: this.#wouldHaveWaited,
      longestWaitMs: this.#wouldHaveWaited === 0 ? null : longest,
    }
  }

  #leaveQueue({ queue }: Lane, request: object, at: number): void {
    const since = queue.get(request)
    if (since === undefined) return
    queue.delete(request)
    this.#longestWaitMs = Math.max(this.#longestWaitMs ?? 0, at - since)
  }

  #count(of: (lane: Lane) => number): number {
    let sum = 0
    for (const lane of this.#lanes.values()) sum += of(lane)
    return sum
  }
}

function inFlight({ running, queue }: Lane): number {
  return running.size + queue.size
}
