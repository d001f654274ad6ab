/** What a fault is made of. */
import type { FaultContext } from './context.js'
import type { Sink } from './sink.js'
import type { ValueKind } from './values.js'

/** What a fault answers in place of the server. */
export type Instead =
  | { kind: 'answer'; status: number; headers: readonly (readonly [string, string])[]; body: string }
  /** The request is never answered, the connection never closed. */
  | { kind: 'nothing' }

/** A fault with its value. */
export interface Configured {
  /** The connection is reset as it opens. */
  refuses?: true
  /** Answers in place of the server; `undefined` lets the request pass. */
  instead?(url: string): Instead | undefined
  /** Stands between the server and `next` from the place on that the user named, by default from the head on. */
  stream?(next: Sink, context: FaultContext): Sink
}

/** One kind of fault. */
export interface FaultDefinition {
  name: string
  /** Another tool's name for it. */
  alias: string | undefined
  /** What happens, in a few words. */
  summary: string
  /** What the value is; `undefined` for a fault without one. */
  value: Pick<ValueKind<unknown>, 'description' | 'fallback'> | undefined
  /**
   * What `@event=N` means: act on event N alone (`each`), from it on (`before`), or once it has passed (`after`).
   */
  event: 'each' | 'before' | 'after'
  /** Reads the value; `undefined` when it is none. */
  configure(value: string | undefined): Configured | undefined
}

interface Common {
  name: string
  alias?: string
  summary: string
  event?: 'each' | 'before' | 'after'
}

/** Defines a fault that takes a value. */
export function defineFault<Value>(
  fault: Common & { value: ValueKind<Value>; build(value: Value): Configured },
): FaultDefinition {
  const { name, alias, summary, event = 'before', value, build } = fault
  return {
    name,
    alias,
    summary,
    event,
    value,
    configure(text) {
      const read = value.parse(text ?? value.fallback)
      return read === undefined ? undefined : build(read)
    },
  }
}

/** Defines a fault that takes none. */
export function defineBareFault(fault: Common & { build(): Configured }): FaultDefinition {
  const { name, alias, summary, event = 'before', build } = fault
  return {
    name,
    alias,
    summary,
    event,
    value: undefined,
    configure: (text) => (text === undefined ? build() : undefined),
  }
}
