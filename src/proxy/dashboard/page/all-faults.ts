/** All faults that there are, each with a switch. */
import type { FaultKind } from '../messages.js'
import { element, setAttribute, setText } from './element.js'

/** What can be done with a fault of the list. */
export interface FaultActions {
  /** Switches it on with its own value, or off if it is on. */
  toggle(kind: FaultKind): void
  /** Writes it down, to be changed. */
  edit(kind: FaultKind): void
}

/** The list. */
export interface AllFaults {
  root: HTMLElement
  fill(kinds: readonly FaultKind[]): void
  /** Shows which are on, by their names. */
  update(on: ReadonlySet<string>): void
}

/** Makes the list, folded up. */
export function createAllFaults(mayChange: boolean, { toggle, edit }: FaultActions): AllFaults {
  const list = element('ul', { class: 'all-faults', 'aria-label': 'All faults' })
  const title = element('summary', {}, 'All faults')
  const switches = new Map<string, HTMLButtonElement>()
  let shown: ReadonlySet<string> = new Set()

  function createRow(kind: FaultKind): HTMLElement {
    const onOff = element(
      'button',
      { type: 'button', role: 'switch', class: 'switch', 'aria-checked': 'false', disabled: !mayChange },
      element('span', { class: 'visually-hidden' }, kind.name),
    )
    onOff.addEventListener('click', () => toggle(kind))
    switches.set(kind.name, onOff)
    const name = element('button', { type: 'button', class: 'fault-name', disabled: !mayChange }, kind.name)
    name.setAttribute('aria-label', `Write ${kind.name} with another value`)
    name.addEventListener('click', () => edit(kind))
    const value = kind.value ? element('span', { class: 'fallback' }, kind.value.fallback) : ''
    return element('li', {}, onOff, name, value, element('span', { class: 'summary' }, kind.summary))
  }

  function update(on: ReadonlySet<string>): void {
    shown = on
    for (const [name, onOff] of switches) setAttribute(onOff, 'aria-checked', String(on.has(name)))
  }

  return {
    root: element('details', { class: 'all' }, title, list),
    fill(kinds) {
      list.replaceChildren(...kinds.map(createRow))
      setText(title, `All ${kinds.length} faults`)
      update(shown)
    },
    update,
  }
}
