/** Faults, switched on and off: written in their grammar, or picked from the list. */
import type { DashboardState, FaultKind, FaultState } from '../messages.js'
import { announce } from './announcer.js'
import { byId, element, setAttribute, setText } from './element.js'
import { keyedList } from './keyed-list.js'
import { askForKinds, change, RefusedError } from './link.js'
import { visible } from './words.js'

/** The view of the faults. */
export interface FaultsView {
  update(state: DashboardState): void
}

/** Makes the view; in a tab that may not change anything it only shows. */
export function createFaultsView(mayChange: boolean): FaultsView {
  const input = element('input', {
    id: 'fault',
    name: 'fault',
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'off',
    placeholder: 'latency:500ms@path=/events',
    'aria-describedby': 'fault-hint fault-error',
    disabled: !mayChange,
  })
  const hint = element('p', { id: 'fault-hint', class: 'hint' })
  const error = element('p', { id: 'fault-error', class: 'error', role: 'alert' })
  const form = element(
    'form',
    { class: 'fault-form' },
    element('label', { for: 'fault' }, 'Fault to switch on'),
    element(
      'div',
      { class: 'field' },
      input,
      element('button', { type: 'submit', class: 'button strong', disabled: !mayChange }, 'Switch on'),
    ),
    hint,
    error,
  )
  const active = element('ul', { class: 'active-faults', 'aria-label': 'Faults that are on' })
  const none = element('p', { class: 'empty' }, 'None is on: everything passes as it is.')
  const all = element('ul', { class: 'all-faults', 'aria-label': 'All faults' })
  const allTitle = element('summary', {}, 'All faults')
  byId('faults').append(form, active, none, element('details', { class: 'all' }, allTitle, all))

  let kinds: FaultKind[] = []
  let on: FaultState[] = []
  const switches = new Map<string, HTMLButtonElement>()

  function fail(reason: unknown): void {
    const words =
      reason instanceof RefusedError ? `${reason.message} ${reason.hint ?? ''}` : 'The proxy does not answer.'
    setText(error, words.trim())
    setAttribute(input, 'aria-invalid', 'true')
  }

  function succeed(): void {
    setText(error, '')
    setAttribute(input, 'aria-invalid', null)
  }

  async function switchOn(text: string): Promise<void> {
    await change('/faults', { add: [text] })
    succeed()
    announce(`Fault ${text} is on.`)
  }

  async function switchOff(faults: readonly FaultState[]): Promise<void> {
    await change('/faults', { remove: faults.map(({ number }) => number) })
    succeed()
    announce(`Fault ${faults.map(({ text }) => text).join(', ')} is off.`)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (text === '') return fail(new RefusedError({ message: 'Write the name of a fault.', hint: null }))
    switchOn(text).then(() => {
      input.value = ''
      showHint()
    }, fail)
  })
  input.addEventListener('input', () => {
    succeed()
    showHint()
  })

  function showHint(): void {
    const name = input.value.split(/[:@]/, 1)[0]?.trim() ?? ''
    const kind = kinds.find((each) => each.name === name || each.alias === name)
    setText(hint, kind ? hintFor(kind) : 'NAME[:VALUE][@WHERE=N], where is connection, event, byte, ms or path')
  }
  showHint()

  const activeRows = keyedList<FaultState>(
    active,
    ({ number }) => number,
    (fault) => {
      const off = element('button', { type: 'button', class: 'button quiet', disabled: !mayChange }, 'Switch off')
      off.setAttribute('aria-label', `Switch off ${visible(fault.text)}`)
      off.addEventListener('click', () => {
        switchOff([fault]).then(() => {
          // The button goes; whoever used it goes on at the field, unless they are elsewhere by now.
          if (document.activeElement === off || document.activeElement === document.body) input.focus()
        }, fail)
      })
      return { root: element('li', {}, element('code', {}, visible(fault.text)), off), update() {} }
    },
  )

  function createKind(kind: FaultKind): HTMLElement {
    const toggle = element(
      'button',
      { type: 'button', role: 'switch', class: 'switch', 'aria-checked': 'false', disabled: !mayChange },
      element('span', { class: 'visually-hidden' }, kind.name),
    )
    toggle.addEventListener('click', () => {
      const own = on.filter(({ text }) => nameOf(text) === kind.name)
      const done = own.length > 0 ? switchOff(own) : switchOn(kind.name)
      done.catch(fail)
    })
    switches.set(kind.name, toggle)
    const edit = element('button', { type: 'button', class: 'fault-name', disabled: !mayChange }, kind.name)
    edit.setAttribute('aria-label', `Write ${kind.name} with another value`)
    edit.addEventListener('click', () => {
      input.value = kind.value ? `${kind.name}:${kind.value.fallback}` : kind.name
      showHint()
      input.focus()
    })
    const value = kind.value ? element('span', { class: 'fallback' }, kind.value.fallback) : ''
    return element('li', {}, toggle, edit, value, element('span', { class: 'summary' }, kind.summary))
  }

  askForKinds().then((answer) => {
    kinds = answer
    all.append(...kinds.map(createKind))
    setText(allTitle, `All ${kinds.length} faults`)
    showSwitches()
  }, fail)

  function nameOf(text: string): string {
    const name = text.split(/[:@]/, 1)[0] ?? ''
    return kinds.find(({ alias }) => alias === name)?.name ?? name
  }

  function showSwitches(): void {
    const names = new Set(on.map(({ text }) => nameOf(text)))
    for (const [name, toggle] of switches) setAttribute(toggle, 'aria-checked', String(names.has(name)))
  }

  return {
    update({ faults }) {
      on = faults
      activeRows(faults)
      setAttribute(none, 'hidden', faults.length > 0)
      setAttribute(active, 'hidden', faults.length === 0)
      showSwitches()
    },
  }
}

function hintFor({ summary, value }: FaultKind): string {
  return value ? `${summary}; takes ${value.description}, ${value.fallback} by default` : `${summary}; takes no value`
}
