/** Opens twenty streams, drops them, and asks the server how many it still counts. */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CountEvidence } from '../evidence/stream.js'
import { round } from './body.js'
import type { Counter } from './count-streams.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'

const clients = 20

/** @param waitMs how long the server is given to notice: two of its heartbeats */
export async function lookForLeaks(subject: Subject, counter: Counter, waitMs: number): Promise<CountEvidence> {
  const found: CountEvidence = {
    source: counter.source,
    before: null,
    during: null,
    after: null,
    opened: 0,
    waitedMs: 0,
    problem: null,
  }
  const stop = new AbortController()
  const signal = AbortSignal.any([subject.signal, stop.signal])
  setMaxListeners(clients + 1, signal)
  let looks: Promise<unknown>[] = []
  try {
    found.before = await counter.count()
    const opened: Promise<void>[] = []
    looks = Array.from({ length: clients }, () => {
      let sayOpen: () => void = () => {}
      opened.push(
        new Promise((resolve) => {
          sayOpen = resolve
        }),
      )
      const request = withHeaders(subject.request, { 'Accept-Encoding': 'identity' })
      const looking = look({
        request,
        startedAt: subject.startedAt,
        forMs: 30_000,
        signal,
        onHead: () => {
          found.opened++
          sayOpen()
        },
      })
      return looking.finally(sayOpen)
    })
    await Promise.race([Promise.all(opened), sleep(5000)])
    found.during = await counter.count()
    stop.abort()
    await Promise.all(looks)
    const dropped = performance.now()
    // As soon as the count is down there is nothing to wait for.
    do {
      await sleep(Math.min(200, waitMs), undefined, { signal: subject.signal })
      found.after = await counter.count()
      found.waitedMs = round(performance.now() - dropped)
    } while (found.after > found.before && found.waitedMs < waitMs)
  } catch (error) {
    if (!subject.signal.aborted) found.problem = error instanceof Error ? error.message : String(error)
  } finally {
    stop.abort()
    await Promise.all(looks)
  }
  return found
}
