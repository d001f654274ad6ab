/** All figures of one stream; the table has room for some of them only. */
import type { StreamSnapshot } from '../../../evidence/ledger.js'
import { element, setText } from './element.js'
import { countOf, durationOf, plural, sizeOf, visible } from './words.js'

const facts: [name: string, read: (stream: StreamSnapshot) => string][] = [
  ['page', ({ page }) => (page === null ? '–' : visible(page))],
  ['events', ({ events }) => countOf(events)],
  ['bytes', ({ bytes }) => sizeOf(bytes)],
  ['last id', ({ lastEventId }) => (lastEventId === null ? '–' : visible(lastEventId))],
  ['longest silence', ({ largestGapMs }) => durationOf(largestGapMs)],
  ['heartbeat', ({ heartbeatMs }) => durationOf(heartbeatMs)],
  ['retry', ({ retryMs }) => durationOf(retryMs)],
  ['came back', ({ reconnects = 0 }) => plural(reconnects, 'time')],
  ['status', ({ status }) => String(status)],
]

/** The list, and how to fill it. */
export function createStreamFacts(): { root: HTMLElement; update(stream: StreamSnapshot): void } {
  const cells = facts.map(() => element('dd'))
  const rows = facts.map(([name], index) => element('div', {}, element('dt', {}, name), cells[index] ?? ''))
  return {
    root: element('dl', { class: 'facts' }, ...rows),
    update(stream) {
      for (const [index, [, read]] of facts.entries()) {
        const cell = cells[index]
        if (cell) setText(cell, read(stream))
      }
    },
  }
}
