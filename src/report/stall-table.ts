/** The experiment of the limit as a table: the same tabs, once with plain `EventSource`, once with the coordinator. */

import { formatDuration } from '../evidence/duration.js'
import { connectionsPerOrigin } from '../evidence/ledger.js'
import type { StallExperiment, StallSide } from '../evidence/report.js'
import { list } from '../evidence/words.js'
import type { Pen } from './pen.js'
import { formatSlots } from './slots.js'
import { type Cell, formatTable } from './table.js'
import { wrap } from './wrap.js'

/** The lines of the table, and below it what the browser's own count says. A run cut short has the first side alone. */
export function formatStall(stall: Omit<StallExperiment, 'coordinator'>, width: number, pen: Pen): string[] {
  const { tabs } = stall
  const sides = sidesOf(stall)
  const row = (name: string, cell: (side: StallSide) => Cell): Cell[] => [
    { text: name },
    ...sides.map(({ side }) => cell(side)),
  ]
  const columns = [{ title: `${tabs} tabs on one server` }, ...sides.map(({ title }) => ({ title }))]
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
  return [...formatTable(columns, rows, width, pen), ...crossCheck(sides, width, pen)]
}

/** One side of the experiment, with the title of its column and its name in a sentence. */
interface NamedSide {
  title: string
  name: string
  side: StallSide
}

function sidesOf({ native, coordinator }: Partial<StallExperiment>): NamedSide[] {
  return [
    ...(native ? [{ title: 'plain EventSource', name: 'plain EventSource', side: native }] : []),
    ...(coordinator ? [{ title: 'with the coordinator', name: 'the coordinator', side: coordinator }] : []),
  ]
}

/** The ledger's figures against the browser's network events: two independent counts of the same thing. */
function crossCheck(sides: readonly NamedSide[], width: number, pen: Pen): string[] {
  if (!sides.some(({ side }) => side.browser)) return []
  const deviations = sides.flatMap(({ name, side }) => deviationsOf(name, side))
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
