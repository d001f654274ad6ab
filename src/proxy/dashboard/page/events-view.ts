/** What one stream carried: its events as they come, newest first, as text. */
import type { CapturedEvent, StreamSnapshot } from '../../../evidence/ledger.js'
import type { DashboardState, EventBatch } from '../messages.js'
import { byId, element, setAttribute, setText } from './element.js'
import { ask } from './link.js'
import { countOf, durationOf, sizeOf, timeOf, visible } from './words.js'

const mostRows = 300
const previewLength = 300

/** The view of one stream's events. */
export interface EventsView {
  show(stream: number): void
  update(state: DashboardState): void
  add(batch: EventBatch): void
}

/** Makes the view; `onClose` is called when it has been closed. */
export function createEventsView(onClose: (stream: number) => void): EventsView {
  const panel = byId('events')
  const title = element('h2', { id: 'events-title', tabindex: -1 })
  const close = element('button', { type: 'button', class: 'button quiet' }, 'Close')
  const facts = element('dl', { class: 'facts' })
  const filter = element('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter the events' })
  const pause = element('button', { type: 'button', class: 'button', 'aria-pressed': 'false' }, 'Pause')
  const waiting = element('button', { type: 'button', class: 'button', hidden: true })
  const list = element('ol', { class: 'events', 'aria-labelledby': 'events-title', tabindex: 0 })
  const empty = element('p', { class: 'empty' })
  panel.append(
    element('div', { class: 'heading' }, title, close),
    facts,
    element('div', { class: 'tools' }, filter, pause, waiting),
    list,
    empty,
  )

  let stream: number | null = null
  let held: CapturedEvent[] = []
  let isPaused = false

  function matches(text: string): boolean {
    return text.toLowerCase().includes(filter.value.toLowerCase())
  }

  function put(events: readonly CapturedEvent[]): void {
    for (const event of events) {
      const row = createEventRow(event)
      row.hidden = !matches(`${event.type} ${event.id} ${event.data}`)
      list.prepend(row)
    }
    while (list.childElementCount > mostRows) list.lastElementChild?.remove()
    setAttribute(empty, 'hidden', list.childElementCount > 0)
  }

  /** An event that is being read must not be pushed away. */
  const isHolding = (): boolean => isPaused || list.querySelector('details[open]') !== null

  function release(): void {
    put(held)
    held = []
    showWaiting()
  }

  function showWaiting(): void {
    setAttribute(waiting, 'hidden', held.length === 0)
    setText(waiting, `Show ${countOf(held.length)} new`)
  }

  async function show(number: number): Promise<void> {
    stream = number
    held = []
    isPaused = false
    setAttribute(pause, 'aria-pressed', 'false')
    list.replaceChildren()
    panel.hidden = false
    setText(empty, 'No event has passed yet.')
    const captured = await ask<CapturedEvent[]>(`/streams/${number}/events`).catch(() => [])
    if (stream !== number) return
    // What came since the question was asked is in the answer too.
    const last = captured.at(-1)?.at ?? 0
    const since = held.filter(({ at }) => at > last)
    held = []
    list.replaceChildren()
    put([...captured.slice(-mostRows), ...since])
    showWaiting()
  }

  filter.addEventListener('input', () => {
    for (const row of list.children) (row as HTMLElement).hidden = !matches(row.textContent ?? '')
  })
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    setAttribute(pause, 'aria-pressed', String(isPaused))
    if (!isPaused) release()
  })
  waiting.addEventListener('click', () => {
    for (const open of list.querySelectorAll('details[open]')) open.removeAttribute('open')
    release()
  })
  const leave = (): void => {
    panel.hidden = true
    const left = stream
    stream = null
    if (left !== null) onClose(left)
  }
  close.addEventListener('click', leave)
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !(event.target instanceof HTMLInputElement && event.target.value !== '')) leave()
  })

  return {
    show(number) {
      void show(number)
      title.focus({ preventScroll: false })
    },
    update({ streams }) {
      const snapshot = streams.find(({ number }) => number === stream)
      if (!snapshot) return
      setText(title, `#${snapshot.number} ${visible(snapshot.url)}`)
      showFacts(facts, snapshot)
    },
    add({ events }) {
      const own = events.filter((event) => event.stream === stream)
      if (own.length === 0) return
      if (isHolding()) {
        held = [...held, ...own].slice(-mostRows)
        showWaiting()
      } else put([...held.splice(0), ...own])
    },
  }
}

function createEventRow({ at, type, id, data, isCut }: CapturedEvent): HTMLElement {
  const length = `${isCut ? '> ' : ''}${sizeOf(new Blob([data]).size)}`
  const preview = visible(data.slice(0, previewLength))
  const whole = element('pre', { tabindex: 0, 'aria-label': 'Data' })
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('time', {}, timeOf(at)),
      element('span', { class: 'event-type' }, visible(type)),
      element('span', { class: 'event-id' }, id === null ? '' : `id ${visible(id)}`),
      element('span', { class: 'event-size' }, length),
      element('span', { class: 'event-data' }, preview),
    ),
    whole,
  )
  details.addEventListener('toggle', () => {
    if (details.open && whole.textContent === '') {
      whole.textContent = visible(data, true) + (isCut ? '\n… cut off here' : '')
    }
  })
  return element('li', {}, details)
}

function showFacts(list: HTMLElement, stream: StreamSnapshot): void {
  const facts: [string, string][] = [
    ['page', stream.page === null ? '–' : visible(stream.page)],
    ['events', countOf(stream.events)],
    ['bytes', sizeOf(stream.bytes)],
    ['last id', stream.lastEventId === null ? '–' : visible(stream.lastEventId)],
    ['longest silence', durationOf(stream.largestGapMs)],
    ['heartbeat', durationOf(stream.heartbeatMs)],
    ['retry', durationOf(stream.retryMs)],
    ['came back', `${stream.reconnects ?? 0} times`],
    ['status', String(stream.status)],
  ]
  if (list.childElementCount === 0) {
    list.append(...facts.map(([name]) => element('div', {}, element('dt', {}, name), element('dd'))))
  }
  for (const [index, [, value]] of facts.entries()) {
    const cell = list.children[index]?.lastElementChild
    if (cell) setText(cell, value)
  }
}
