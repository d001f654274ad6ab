/** The experiment of the limit as a table: the same tabs, once with plain `EventSource`, once with the coordinator. */
import { connectionsPerOrigin } from '../evidence/ledger.js'
import type { StallExperiment, StallSide } from '../evidence/report.js'
import { formatDuration } from './duration.js'
import type { Pen } from './pen.js'
import { formatSlots } from './slots.js'
import { type Cell, formatTable } from './table.js'
import { list } from './words.js'
import { wrap } from './wrap.js'

/** The lines of the table, and below it what the browser's own count says. */
export function formatStall(stall: StallExperiment, width: number, pen: Pen): string[] {
  const { tabs, native, coordinator } = stall
  const row = (name: string, cell: (side: StallSide) => Cell): Cell[] => [
    { text: name },
    cell(native),
    cell(coordinator),
  ]
  const columns = [
    { title: `${tabs} tabs on one server` },
    { title: 'plain EventSource' },
    { title: 'with the coordinator' },
  ]
  const rows = [
    row('streams open', ({ streamsOpen, tabsReceiving }) => ({
      text: streamsOpen === 1 && tabsReceiving > 1 ? '1, shared' : `${streamsOpen}`,
    })),
    row('waiting for a connection', ({ streamsWaiting }) => ({ text: `${streamsWaiting}` })),
    row('connections in use', ({ sockets }) => ({
      text: `${sockets}  ${formatSlots(sockets, connectionsPerOrigin, pen)}`,
    })),
    row('tabs that receive events', ({ tabsReceiving }) => ({
      text: `${tabsReceiving} of ${tabs}`,
      mark: tabsReceiving < tabs ? 'fail' : 'pass',
    })),
    row('a fetch from one of the tabs', ({ fetch }) =>
      fetch.answered
        ? { text: formatDuration(fetch.waitedMs), mark: 'pass' }
        : { text: `no answer in ${formatDuration(fetch.waitedMs)}`, mark: 'fail' },
    ),
    row('one more tab', ({ newTab }) =>
      newTab.loaded
        ? { text: `loads in ${formatDuration(newTab.waitedMs)}`, mark: 'pass' }
        : { text: `not loaded in ${formatDuration(newTab.waitedMs)}`, mark: 'fail' },
    ),
  ]
  return [...formatTable(columns, rows, width, pen), ...crossCheck(stall, width, pen)]
}

/** The ledger's figures against the browser's network events: two independent counts of the same thing. */
function crossCheck({ native, coordinator }: StallExperiment, width: number, pen: Pen): string[] {
  if (!native.browser && !coordinator.browser) return []
  const deviations = [...deviationsOf('plain EventSource', native), ...deviationsOf('the coordinator', coordinator)]
  if (deviations.length === 0) {
    const text = 'Counted at the server’s door; the browser’s own network events say the same.'
    return wrap(pen.text(text), width, '  ').map((line) => pen.paint('quiet', line))
  }
  const text = `The browser’s own network events say otherwise: ${list(deviations)}.`
  return wrap(pen.text(text), width, '  ', `${pen.sign('warning').trim()} `).map((line) => pen.paint('warning', line))
}

function deviationsOf(name: string, { browser, ...ledger }: StallSide): string[] {
  if (!browser) return []
  const words = { streamsOpen: 'open', streamsWaiting: 'waiting', sockets: 'connections' } as const
  const parts = (['streamsOpen', 'streamsWaiting', 'sockets'] as const)
    .filter((key) => browser[key] !== ledger[key])
    .map((key) => `${browser[key]} ${words[key]}`)
  return parts.length === 0 ? [] : [`with ${name} ${list(parts)}`]
}
