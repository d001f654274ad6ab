/** The faults that are on, each with a button that switches it off. */
import type { FaultState } from '../messages.js'
import { element, setAttribute } from './element.js'
import { keyedList } from './keyed-list.js'
import { visible } from './words.js'

/** The list. */
export interface ActiveFaults {
  parts: HTMLElement[]
  update(faults: readonly FaultState[]): void
}

/** Makes the list; `next` is where one goes on when the button that was used has gone. */
export function createActiveFaults(
  mayChange: boolean,
  next: HTMLElement,
  switchOff: (fault: FaultState) => Promise<void>,
): ActiveFaults {
  const list = element('ul', { class: 'active-faults', 'aria-label': 'Faults that are on' })
  const none = element('p', { class: 'empty' }, 'None is on: everything passes as it is.')
  const rows = keyedList<FaultState>(
    list,
    ({ number }) => number,
    (fault) => {
      const text = visible(fault.text)
      const off = element('button', { type: 'button', class: 'button quiet', disabled: !mayChange }, 'Switch off')
      off.setAttribute('aria-label', `Switch off ${text}`)
      off.addEventListener('click', async () => {
        await switchOff(fault)
        // Unless they are elsewhere by now.
        if (document.activeElement === off || document.activeElement === document.body) next.focus()
      })
      return { root: element('li', {}, element('code', {}, text), off), update() {} }
    },
  )
  return {
    parts: [list, none],
    update(faults) {
      rows(faults)
      setAttribute(none, 'hidden', faults.length > 0)
      setAttribute(list, 'hidden', faults.length === 0)
    },
  }
}
