/** The closing words of a self-test, built from its figures alone: what this browser did, and what the coordinator did. */

import { formatDuration } from '../evidence/duration.js'
import { connectionsPerOrigin } from '../evidence/ledger.js'
import type { FailoverCase, Report, StallExperiment, StallSide } from '../evidence/report.js'
import { count, list } from '../evidence/words.js'
import { past } from './failover-words.js'

/** One paragraph each; empty when an error kept the run from measuring anything. */
export function conclude(report: Report): string[] {
  const { stall, stallCutShort, failover } = report.experiments
  const tooSlow = report.findings.some(({ id, state }) => id === 'failover/slow' && state === 'fail')
  const paragraphs: string[] = []
  if (stall) paragraphs.push(`${concludeNative(stall)} ${concludeCoordinator(stall)}`)
  else if (stallCutShort) paragraphs.push(concludeNative(stallCutShort))
  if (failover && failover.length > 0) paragraphs.push(concludeFailover(failover, tooSlow))
  if (!report.complete && !report.error) {
    paragraphs.push(
      paragraphs.length > 0
        ? 'This run was cut short: the figures above were measured, the rest was not.'
        : 'This run was cut short before anything was measured.',
    )
  }
  return paragraphs
}

/** What people would run into with that many tabs; empty when they would notice nothing. */
function complaintsOf(side: StallSide, tabs: number): string[] {
  const deaf = tabs - side.tabsReceiving
  const complaints: string[] = []
  if (side.streamsWaiting > 0) complaints.push(`${side.streamsWaiting} of ${tabs} tabs waited for one`)
  // A tab that waits receives nothing; only those beyond are news.
  if (deaf > side.streamsWaiting) complaints.push(`${deaf} of ${tabs} tabs received no event`)
  if (!side.fetch.answered) complaints.push('a fetch got no answer')
  if (!side.newTab.loaded) complaints.push('one more tab did not load')
  return complaints
}

function concludeNative({ native, tabs }: Omit<StallExperiment, 'coordinator'>): string {
  const complaints = complaintsOf(native, tabs)
  const held = count(native.sockets, 'connection')
  if (complaints.length > 0) {
    return native.sockets === connectionsPerOrigin
      ? `HTTP/1.1 gives this browser ${held} per origin, and plain EventSource used them up: ${list(complaints)}.`
      : `Plain EventSource held ${held}, and that was not well: ${list(complaints)}.`
  }
  if (tabs < connectionsPerOrigin) {
    return `${count(tabs, 'tab')} with plain EventSource held ${held}, fewer than the ${connectionsPerOrigin} of HTTP/1.1, so nothing had to wait: try more tabs.`
  }
  return `This browser did not stall: ${count(tabs, 'tab')} with plain EventSource held ${held}, and all received events.`
}

function concludeCoordinator({ coordinator, tabs }: StallExperiment): string {
  const complaints = complaintsOf(coordinator, tabs)
  const streams = count(coordinator.streamsOpen, 'stream')
  if (complaints.length > 0) {
    return `The coordinator held ${count(coordinator.sockets, 'connection')}, and that was not well either: ${list(complaints)}.`
  }
  return `With the coordinator all ${tabs} tabs received events over ${streams}.`
}

function concludeFailover(cases: readonly FailoverCase[], slow: boolean): string {
  const ours = cases.filter(
    ({ leader, medianMs, timedOut }) => leader === 'coordinator' && (medianMs !== null || timedOut > 0),
  )
  const faults = ours.flatMap(faultsOf)
  const naive = cases.filter(({ leader, timedOut }) => leader === 'web-lock' && timedOut > 0)
  const sentences: string[] = []
  if (faults.length > 0) {
    sentences.push(`The coordinator failed its tabs: ${list(faults)}.`)
  } else if (ours.length > 0) {
    const within = formatDuration(Math.max(...ours.map(({ maxMs, medianMs }) => maxMs ?? medianMs ?? 0)))
    const handOvers = count(
      ours.reduce((sum, { trials }) => sum + trials, 0),
      'hand-over',
    )
    sentences.push(`In ${handOvers} the next event came within ${within}; none was lost and none came twice.`)
  }
  if (slow) sentences.push('That took longer than it should.')
  if (naive.length > 0) {
    const when = list(
      naive.map(({ event }) => past[event]),
      'or',
    )
    sentences.push(`With a plain Web Lock the other tabs fell silent when the leading tab ${when}.`)
  }
  return sentences.join(' ')
}

function faultsOf({ event, timedOut, trials, lost, duplicated }: FailoverCase): string[] {
  const when = `when the leading tab ${past[event]}`
  const faults: string[] = []
  if (timedOut > 0) {
    faults.push(
      trials === 1
        ? `the others fell silent ${when}`
        : `the others fell silent in ${timedOut} of ${trials} trials ${when}`,
    )
  }
  if (lost > 0) faults.push(`${count(lost, 'event was', 'events were')} lost ${when}`)
  if (duplicated > 0) faults.push(`${count(duplicated, 'event')} came twice ${when}`)
  return faults
}
