/** Faults, switched on and off: written in their grammar, or picked from the list. */
import type { DashboardState, FaultKind, FaultState } from '../messages.js'
import { createActiveFaults } from './active-faults.js'
import { createAllFaults } from './all-faults.js'
import { announce } from './announcer.js'
import { byId } from './element.js'
import { createFaultForm } from './fault-form.js'
import { askForKinds, change } from './link.js'

/** The view of the faults. */
export interface FaultsView {
  update(state: DashboardState): void
}

/** Makes the view; in a tab that may not change anything it only shows. */
export function createFaultsView(mayChange: boolean): FaultsView {
  let kinds: readonly FaultKind[] = []
  let on: readonly FaultState[] = []

  async function switchOn(text: string): Promise<void> {
    await change('/faults', { add: [text] })
    form.clear()
    announce(`Fault ${text} is on.`)
  }

  async function switchOff(faults: readonly FaultState[]): Promise<void> {
    await change('/faults', { remove: faults.map(({ number }) => number) })
    form.clear()
    announce(`Fault ${faults.map(({ text }) => text).join(', ')} is off.`)
  }

  const form = createFaultForm(mayChange, switchOn)
  const active = createActiveFaults(mayChange, form.input, (fault) => switchOff([fault]).catch(form.fail))
  const all = createAllFaults(mayChange, {
    toggle({ name }) {
      const own = on.filter(({ text }) => nameOf(text) === name)
      const done = own.length > 0 ? switchOff(own) : switchOn(name)
      done.catch(form.fail)
    },
    edit({ name, value }) {
      form.write(value ? `${name}:${value.fallback}` : name)
      form.input.focus()
    },
  })
  byId('faults').append(form.root, ...active.parts, all.root)

  /** The name of a fault, of which the text may have another tool's. */
  function nameOf(text: string): string {
    const name = text.split(/[:@]/, 1)[0] ?? ''
    return kinds.find(({ alias }) => alias === name)?.name ?? name
  }

  const showSwitches = (): void => all.update(new Set(on.map(({ text }) => nameOf(text))))

  askForKinds().then((answer) => {
    kinds = answer
    form.know(kinds)
    all.fill(kinds)
    showSwitches()
  }, form.fail)

  return {
    update({ faults }) {
      on = faults
      active.update(faults)
      showSwitches()
    },
  }
}
