/** The catalog of faults as words, for help and for those who choose among them. */
import { catalog } from './catalog.js'

/** One fault that can be asked for. */
export interface FaultDescription {
  name: string
  /** toxiproxy’s name for it, which is taken as well. */
  alias?: string
  /** What the value is, such as “a duration such as 100ms”; absent where the fault takes none. */
  value?: string
  /** The value when none is given. */
  defaultValue?: string
  /** What happens. */
  summary: string
}

/** All faults that the mock and the proxy know, in the order of the documentation. */
export function listFaults(): FaultDescription[] {
  return catalog.map(({ name, alias, value, summary }) => ({
    name,
    ...(alias === undefined ? {} : { alias }),
    ...(value ? { value: value.description, defaultValue: value.fallback } : {}),
    summary,
  }))
}
