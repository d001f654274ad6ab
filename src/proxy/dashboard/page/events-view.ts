/** One stream in full: its figures, and what it carries, as text. */
import type { CapturedEvent } from '../../../evidence/ledger.js'
import type { DashboardState, EventBatch } from '../messages.js'
import { byId, element, setText } from './element.js'
import { createEventList } from './event-list.js'
import { ask } from './link.js'
import { createStreamFacts } from './stream-facts.js'
import { visible } from './words.js'

/** More than the feed is ever behind. */
const feedDelayMs = 2000
/** Ledger and capture look at the clock one after the other. */
const clockToleranceMs = 50

/** The view of one stream. */
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
  const facts = createStreamFacts()
  const list = createEventList('events-title')
  panel.append(element('div', { class: 'heading' }, title, close), facts.root, ...list.parts)

  let stream: number | null = null
  /** What comes while the page asks for what came before. */
  let early: CapturedEvent[] | null = null
  /** The last of what came before: the feed, which is up to a tenth of a second behind, tells of it once more. */
  let known: CapturedEvent[] = []

  function isNew(event: CapturedEvent): boolean {
    const index = known.findIndex((other) => isSame(event, other))
    if (index >= 0) known.splice(index, 1)
    return index < 0
  }

  async function load(number: number): Promise<void> {
    early = []
    list.reset([])
    const captured = await ask<CapturedEvent[]>(`/streams/${number}/events`).catch(() => [])
    if (stream !== number) return
    known = captured.filter(({ at }) => at > Date.now() - feedDelayMs)
    list.reset([...captured, ...early.filter(isNew)])
    early = null
  }

  function leave(): void {
    panel.hidden = true
    if (stream !== null) onClose(stream)
    stream = null
  }

  close.addEventListener('click', leave)
  panel.addEventListener('keydown', (event) => {
    const isFilled = event.target instanceof HTMLInputElement && event.target.value !== ''
    if (event.key === 'Escape' && !isFilled) leave()
  })

  return {
    show(number) {
      stream = number
      panel.hidden = false
      void load(number)
      title.focus()
    },
    update({ streams }) {
      const snapshot = streams.find(({ number }) => number === stream)
      if (!snapshot) return
      setText(title, `#${snapshot.number} ${visible(snapshot.url)}`)
      facts.update(snapshot)
    },
    add({ events }) {
      const own = events.filter((event) => event.stream === stream)
      if (early) early.push(...own)
      else if (own.length > 0) list.add(own.filter(isNew))
    },
  }
}

function isSame(event: CapturedEvent, other: CapturedEvent): boolean {
  const isAtOnce = Math.abs(event.at - other.at) < clockToleranceMs
  return isAtOnce && event.type === other.type && event.id === other.id
}
