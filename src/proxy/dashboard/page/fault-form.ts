/** The field in which a fault is written, in the grammar of the command line. */
import type { FaultKind } from '../messages.js'
import { element, setAttribute, setText } from './element.js'
import { RefusedError } from './link.js'

/** The form. */
export interface FaultForm {
  root: HTMLElement
  input: HTMLInputElement
  /** Puts a text into the field, to be changed there. */
  write(text: string): void
  /** The faults that there are, for the hints. */
  know(kinds: readonly FaultKind[]): void
  /** Shows why a change was refused. */
  fail(reason: unknown): void
  /** Takes back what was said of the last failure. */
  clear(): void
}

const grammar = 'NAME[:VALUE][@WHERE=N], where is connection, event, byte, ms, path or client'

/** Makes the form; `onSubmit` switches the fault on. */
export function createFaultForm(mayChange: boolean, onSubmit: (text: string) => Promise<void>): FaultForm {
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
  const submit = element('button', { type: 'submit', class: 'button strong', disabled: !mayChange }, 'Switch on')
  const hint = element('p', { id: 'fault-hint', class: 'hint' }, grammar)
  const error = element('p', { id: 'fault-error', class: 'error', role: 'alert' })
  const label = element('label', { for: 'fault' }, 'Fault to switch on')
  const field = element('div', { class: 'field' }, input, submit)
  const root = element('form', { class: 'fault-form' }, label, field, hint, error)
  let known: readonly FaultKind[] = []

  function clear(): void {
    setText(error, '')
    setAttribute(input, 'aria-invalid', null)
  }

  function fail(reason: unknown): void {
    const isRefused = reason instanceof RefusedError
    setText(error, isRefused ? `${reason.message} ${reason.hint ?? ''}`.trim() : 'The proxy does not answer.')
    setAttribute(input, 'aria-invalid', 'true')
  }

  function write(text: string): void {
    input.value = text
    clear()
    const name = text.split(/[:@]/, 1)[0]?.trim()
    const kind = known.find((each) => each.name === name || each.alias === name)
    setText(hint, kind ? hintFor(kind) : grammar)
  }

  function know(kinds: readonly FaultKind[]): void {
    known = kinds
  }

  input.addEventListener('input', () => write(input.value))
  root.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (text === '') fail(new RefusedError({ message: 'Write the name of a fault.', hint: null }))
    else onSubmit(text).then(() => write(''), fail)
  })
  return { root, input, write, fail, clear, know }
}

function hintFor({ summary, value }: FaultKind): string {
  return value ? `${summary}; takes ${value.description}, ${value.fallback} by default` : `${summary}; takes no value`
}
