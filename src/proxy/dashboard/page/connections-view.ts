/** The six slots of each origin, and what they were used for. */
import type { DashboardState, OriginState, Slot } from '../messages.js'
import { announce } from './announcer.js'
import { byId, element, setAttribute, setText } from './element.js'
import { HistoryChart } from './history-chart.js'
import { keyedList, type Row } from './keyed-list.js'
import { ageOf, plural, visible } from './words.js'

const limit = 6
const warnFrom = 5
const mayMove = matchMedia('(prefers-reduced-motion: no-preference)')

interface OriginRow extends Row<OriginState> {
  chart: HistoryChart
}

/** The view of the connections. */
export interface ConnectionsView {
  update(state: DashboardState): void
  /** Events have passed on these streams. */
  pulse(streams: ReadonlySet<number>): void
  draw(now: number): void
}

/** Makes the view; `onSelect` is called with the number of a stream whose slot was chosen. */
export function createConnectionsView(onSelect: (stream: number) => void): ConnectionsView {
  const rows = new Set<OriginRow>()
  const slots = new Map<number, HTMLElement>()
  const list = keyedList<OriginState>(
    byId('origins'),
    ({ origin }) => origin,
    (origin) => {
      const row = createOriginRow(origin, onSelect, slots)
      rows.add(row)
      return row
    },
  )
  return {
    update(state) {
      setAttribute(byId('no-origins'), 'hidden', state.origins.length > 0)
      // In the order of their names, so that none jumps.
      list([...state.origins].sort((a, b) => (a.origin < b.origin ? -1 : 1)))
      for (const row of rows) if (!row.root.isConnected) rows.delete(row)
    },
    pulse(streams) {
      for (const stream of streams) {
        const slot = slots.get(stream)
        if (!slot?.isConnected) slots.delete(stream)
        else if (mayMove.matches) pulse(slot)
      }
    },
    draw(now) {
      for (const row of rows) row.chart.draw(now)
    },
  }
}

/** A beat of the bar on top of a slot. */
function pulse(slot: HTMLElement): void {
  const beat = ['inset 0 6px 0 var(--stream)', 'inset 0 3px 0 var(--stream)']
  slot.firstElementChild?.animate({ boxShadow: beat }, { duration: 350, easing: 'ease-out' })
}

function createOriginRow(
  { origin }: OriginState,
  onSelect: (stream: number) => void,
  bySlot: Map<number, HTMLElement>,
): OriginRow {
  const chart = new HistoryChart()
  const verdict = element('p', { class: 'verdict' })
  const figures = element('p', { class: 'figures' })
  const slots = element('ol', { class: 'slots', 'aria-label': `Connections of ${origin}` })
  const root = element(
    'article',
    { class: 'panel origin', 'aria-label': origin },
    element('div', { class: 'origin-head' }, element('h3', {}, visible(origin)), verdict),
    slots,
    chart.canvas,
    element('div', { class: 'origin-foot' }, figures, element('p', { class: 'figures' }, 'last 2 minutes')),
  )
  const list = keyedList<Slot & { place: number }>(
    slots,
    ({ place }) => place,
    ({ place }) => createSlot(place, onSelect, bySlot),
  )
  let wasFullOf = ''
  return {
    root,
    chart,
    update(state) {
      const inUse = state.streaming + state.busy
      const isFull = inUse >= limit
      setAttribute(root, 'data-level', isFull ? 'full' : inUse >= warnFrom ? 'near' : 'calm')
      setText(verdict, verdictOf(state))
      setText(figures, figuresOf(state))
      chart.add(Date.now(), state)
      list(state.slots.map((slot, index) => ({ ...slot, place: index + 1 })))
      const fullOf = !isFull ? '' : state.streaming >= limit ? 'streams' : 'requests'
      if (fullOf !== wasFullOf) announce(`${origin}: ${verdictOf(state)}`)
      wasFullOf = fullOf
    },
  }
}

function verdictOf({ streaming, busy, waiting = 0 }: OriginState): string {
  const inUse = streaming + busy
  const held = `${inUse} of ${limit} in use`
  if (waiting > 0) return `! ${held}, ${plural(waiting, 'request')} waiting`
  // Firefox loads a tab's document beyond the six, and may put the tab's stream there.
  const beyond = inUse - limit
  if (beyond > 0) return `! ${inUse} in use, ${beyond} beyond: of another client, or Firefox’s own for pages`
  if (streaming >= limit) return `! ${limit} of ${limit} held by streams: the next request waits`
  if (inUse === limit) return `! ${held}: the next request waits`
  if (streaming >= warnFrom) return `! ${streaming} of ${limit} held by streams: one is left`
  return held
}

function figuresOf({ sockets, idle, mostInUse, webSockets = 0, tunnels = 0, demand }: OriginState): string {
  return [
    plural(sockets, 'connection'),
    `${idle} idle`,
    `${mostInUse} in use at most`,
    ...(webSockets > 0 ? [`${plural(webSockets, 'WebSocket')}, not counted`] : []),
    ...(tunnels > 0 ? [plural(tunnels, 'tunnel')] : []),
    ...(demand ? [`over HTTP/1.1 ${demand.wouldWait} would wait now, ${demand.wouldHaveWaited} so far`] : []),
  ].join(' · ')
}

function createSlot(
  place: number,
  onSelect: (stream: number) => void,
  bySlot: Map<number, HTMLElement>,
): Row<Slot & { place: number }> {
  const kind = element('span', { class: 'slot-kind' })
  const what = element('span', { class: 'slot-what' })
  const age = element('span', { class: 'slot-age' })
  const button = element(
    'button',
    { type: 'button', class: 'slot-face' },
    element('span', { class: 'slot-place' }, String(place)),
    kind,
    what,
    age,
  )
  const root = element('li', { class: 'slot' }, button)
  let stream: number | null = null
  button.addEventListener('click', () => {
    if (stream !== null) onSelect(stream)
  })
  return {
    root,
    update(slot) {
      stream = slot.stream
      if (stream !== null) bySlot.set(stream, root)
      const request = slot.request === null ? '' : visible(slot.request)
      setAttribute(root, 'data-kind', slot.kind)
      setAttribute(root, 'title', request || null)
      setText(kind, slot.stream === null ? slot.kind : `stream #${slot.stream}`)
      setText(what, request || (slot.kind === 'idle' ? 'kept alive' : ''))
      setText(age, slot.kind === 'free' ? '' : ageOf(Date.now() - slot.since))
      // Only a stream can be chosen; the others are there to be read.
      button.disabled = stream === null
      const carries = `${slot.kind === 'stream' ? `stream ${slot.stream}` : slot.kind}${request ? `, ${request}` : ''}`
      setAttribute(button, 'aria-label', `Connection ${place}: ${carries}`)
    },
  }
}
