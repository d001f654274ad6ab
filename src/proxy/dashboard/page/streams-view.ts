/** The streams, one row each, with its figures and its last minute. */
import type { StreamSnapshot } from '../../../evidence/ledger.js'
import type { DashboardState, EventBatch } from '../messages.js'
import { byId, element, setAttribute, setText } from './element.js'
import { keyedList, type Row } from './keyed-list.js'
import { TickStrip } from './tick-strip.js'
import { countOf, durationOf, pathOf, sizeOf, visible } from './words.js'

const columns = [
  ['Stream', 'name'],
  ['Page', 'page wide'],
  ['Events', 'number'],
  ['Bytes', 'number wide'],
  ['Last id', 'id wide'],
  ['Silence', 'number'],
  ['Heartbeat', 'number wide beat'],
  ['60 s', 'strip-cell'],
] as const

/** The view of the streams. */
export interface StreamsView {
  update(state: DashboardState): void
  addTicks(counts: EventBatch['counts']): void
  select(stream: number | null): void
  draw(now: number): void
}

interface StreamRow extends Row<StreamSnapshot> {
  button: HTMLButtonElement
  draw(now: number): void
}

/** Makes the view; `onSelect` is called with the number of the stream that was chosen. */
export function createStreamsView(onSelect: (stream: number) => void): StreamsView {
  const rows = new Map<number, StreamRow>()
  // A stream that closes gets another row, further down, and keeps its last minute.
  const strips = new Map<number, TickStrip>()
  let selected: number | null = null
  const open = element('tbody')
  const closed = element('tbody', { class: 'closed' })
  const table = element(
    'table',
    { 'aria-labelledby': 'streams' },
    element(
      'thead',
      {},
      element('tr', {}, ...columns.map(([title, kind]) => element('th', { scope: 'col', class: kind }, title))),
    ),
    open,
    closed,
  )
  const empty = element('p', { class: 'empty' }, 'No event stream is open.')
  const leftOut = element('p', { class: 'empty', hidden: true })
  byId('streams-view').append(table, empty, leftOut)

  const create = (stream: StreamSnapshot): StreamRow => {
    const strip = strips.get(stream.number) ?? new TickStrip()
    strips.set(stream.number, strip)
    const row = createStreamRow(stream, strip, onSelect)
    rows.set(stream.number, row)
    setAttribute(row.button, 'aria-pressed', String(stream.number === selected))
    return row
  }
  const openRows = keyedList<StreamSnapshot>(open, ({ number }) => number, create)
  const closedRows = keyedList<StreamSnapshot>(closed, ({ number }) => number, create)
  table.addEventListener('keydown', (event) => moveFocus(table, event))
  const showClosed = byId<HTMLInputElement>('show-closed')
  showClosed.addEventListener('change', () => setAttribute(closed, 'hidden', !showClosed.checked))

  return {
    update({ streams, streamsLeftOut }) {
      const isOpen = ({ closedAt }: StreamSnapshot): boolean => closedAt === null
      const opened = streams.filter(isOpen)
      closedRows(streams.filter((stream) => !isOpen(stream)).reverse())
      openRows(opened)
      for (const [number, row] of rows) {
        if (row.root.isConnected) continue
        rows.delete(number)
        strips.delete(number)
      }
      setText(byId('stream-count'), opened.length === 0 ? '' : String(opened.length + streamsLeftOut))
      setAttribute(empty, 'hidden', opened.length > 0)
      setAttribute(table, 'hidden', streams.length === 0)
      setAttribute(leftOut, 'hidden', streamsLeftOut === 0)
      setText(leftOut, `${countOf(streamsLeftOut)} more are open and not shown.`)
    },
    addTicks(counts) {
      for (const [number, count, at] of counts) strips.get(number)?.add(at, count)
    },
    select(stream) {
      selected = stream
      for (const [number, row] of rows) setAttribute(row.button, 'aria-pressed', String(number === stream))
    },
    draw(now) {
      for (const row of rows.values()) row.draw(now)
    },
  }
}

function createStreamRow(first: StreamSnapshot, strip: TickStrip, onSelect: (stream: number) => void): StreamRow {
  const reconnects = element('span', { class: 'badge' })
  const button = element(
    'button',
    { type: 'button', class: 'row-button', 'data-stream': first.number },
    element('span', { class: 'stream-number' }, `#${first.number}`),
    ' ',
    element('span', { class: 'path' }, visible(first.url)),
  )
  const cells = columns.map(([, kind]) => element('td', { class: kind }))
  const [name, page, events, bytes, id, silence, heartbeat, stripCell] = cells
  name?.append(element('div', { class: 'name-line' }, button, reconnects))
  stripCell?.append(strip.canvas)
  const root = element('tr', { title: visible(first.url) }, ...cells)
  // The whole row is a target for the mouse, as long as no text in it is being marked.
  root.addEventListener('click', () => {
    if (getSelection()?.isCollapsed !== false) onSelect(first.number)
  })
  let stream = first
  return {
    root,
    button,
    update(now) {
      stream = now
      const set = (cell: HTMLElement | undefined, text: string): void => {
        if (cell) setText(cell, text)
      }
      set(page, visible(pathOf(now.page)))
      set(events, countOf(now.events))
      set(bytes, sizeOf(now.bytes))
      set(id, now.lastEventId === null ? '–' : visible(now.lastEventId))
      set(heartbeat, durationOf(now.heartbeatMs))
      const count = now.reconnects ?? 0
      setText(reconnects, count === 0 ? '' : `${count}× back`)
      set(silence, silenceOf(now))
    },
    draw(now) {
      strip.draw(now, stream.openedAt, stream.closedAt)
      if (silence) setText(silence, silenceOf(stream))
    },
  }
}

function silenceOf({ closedAt, lastEventAt, openedAt, endedBy }: StreamSnapshot): string {
  if (closedAt !== null) return endedBy === 'server' ? 'ended' : 'left'
  return durationOf(Date.now() - (lastEventAt ?? openedAt))
}

/** The arrows go from stream to stream, as in a list. */
function moveFocus(table: HTMLElement, event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 || !(event.target instanceof HTMLButtonElement)) return
  const buttons = [...table.querySelectorAll<HTMLButtonElement>('tbody:not([hidden]) .row-button')]
  buttons[buttons.indexOf(event.target) + step]?.focus()
  event.preventDefault()
}
