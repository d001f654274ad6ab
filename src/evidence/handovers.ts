/** Hand-overs of the stream that the tabs of a page share, ending by ending, as reports show them. */
import type { HandoverTrial } from './app-evidence.js'
import { median } from './median.js'
import type { Handover } from './report.js'
import { roundMs } from './round-ms.js'

/** One for each ending, in the order of the trials. */
export function summariseHandovers(page: string, trials: readonly HandoverTrial[]): Handover[] {
  const events = [...new Set(trials.map(({ event }) => event))]
  return events.map((event) => {
    const own = trials.filter((trial) => trial.event === event)
    const times = own.flatMap(({ recoveryMs }) => recoveryMs ?? [])
    // Who never came is slower than everybody who did.
    const middle = median(own.map(({ recoveryMs }) => recoveryMs ?? Number.POSITIVE_INFINITY))
    const told = own.flatMap(({ lost }) => lost ?? [])
    return {
      page,
      event,
      runs: own.length,
      timedOut: own.length - times.length,
      waitMs: Math.max(...own.map(({ waitMs }) => waitMs)),
      medianMs: middle !== null && Number.isFinite(middle) ? roundMs(middle) : null,
      maxMs: times.length === 0 ? null : Math.max(...times),
      lost: told.length === 0 ? null : Math.max(...told),
    }
  })
}
