/** Events as they come, newest first; they wait while one is being read, or while somebody asks them to. */
import type { CapturedEvent } from '../../../evidence/ledger.js'
import { element, setAttribute, setText } from './element.js'
import { createEventRow } from './event-row.js'
import { countOf } from './words.js'

const mostRows = 300

/** The list and its tools. */
export interface EventList {
  parts: HTMLElement[]
  /** Begins anew, with these. */
  reset(events: readonly CapturedEvent[]): void
  add(events: readonly CapturedEvent[]): void
}

/** Makes an empty list, named by another element. */
export function createEventList(labelledBy: string): EventList {
  const filter = element('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter the events' })
  const pause = element('button', { type: 'button', class: 'button', 'aria-pressed': 'false' }, 'Pause')
  const waiting = element('button', { type: 'button', class: 'button', hidden: true })
  const list = element('ol', { class: 'events', 'aria-labelledby': labelledBy, tabindex: 0 })
  const empty = element('p', { class: 'empty' }, 'No event has passed yet.')
  /** What the filter looks at: all of an event, of which the row may show the beginning. */
  const texts = new WeakMap<Element, string>()
  let held: CapturedEvent[] = []
  let isPaused = false

  /** An event that is being read must not be pushed away. */
  const isHolding = (): boolean => isPaused || list.querySelector('details[open]') !== null
  const isWanted = (row: Element): boolean => texts.get(row)?.includes(filter.value.toLowerCase()) ?? true

  function put(events: readonly CapturedEvent[]): void {
    for (const event of events) {
      const row = createEventRow(event)
      texts.set(row, `${event.type} ${event.id ?? ''} ${event.data}`.toLowerCase())
      row.hidden = !isWanted(row)
      list.prepend(row)
    }
    while (list.childElementCount > mostRows) list.lastElementChild?.remove()
    setAttribute(empty, 'hidden', list.childElementCount > 0)
  }

  function hold(events: readonly CapturedEvent[]): void {
    held = events.slice(-mostRows)
    setAttribute(waiting, 'hidden', held.length === 0)
    setText(waiting, `Show ${countOf(held.length)} new`)
  }

  function setPaused(paused: boolean): void {
    isPaused = paused
    setAttribute(pause, 'aria-pressed', String(paused))
  }

  function release(): void {
    put(held)
    hold([])
  }

  filter.addEventListener('input', () => {
    for (const row of list.children) (row as HTMLElement).hidden = !isWanted(row)
  })
  pause.addEventListener('click', () => {
    setPaused(!isPaused)
    if (!isHolding()) release()
  })
  waiting.addEventListener('click', () => {
    for (const open of list.querySelectorAll('details[open]')) open.removeAttribute('open')
    release()
    pause.focus() // this button goes
  })

  return {
    parts: [element('div', { class: 'tools' }, filter, pause, waiting), list, empty],
    reset(events) {
      list.replaceChildren()
      setPaused(false)
      hold([])
      put(events.slice(-mostRows))
    },
    add(events) {
      if (isHolding()) hold([...held, ...events])
      else {
        put([...held, ...events])
        hold([])
      }
    },
  }
}
