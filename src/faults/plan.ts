/**
 * The faults that are on, and what they do to each connection and response. Owns no socket: the mock and the proxy ask
 * it, and bring the sink at the end of the row.
 */
import { type Clock, type FaultContext, systemClock } from './context.js'
import type { Instead } from './define.js'
import { fromPlace } from './from-place.js'
import { type Fault, parseFault } from './grammar.js'
import { createRandom } from './random.js'
import { passTo, type Sink } from './sink.js'

/** What `createFaultPlan` takes. */
export interface FaultPlanOptions {
  /** Faults as the command line has them. Default: none. */
  faults?: readonly string[]
  /** Makes random faults repeat. Default: a random seed. */
  seed?: number
  /** The time; for tests. */
  clock?: Clock
}

/** What a fault may choose by. */
export interface FaultRequest {
  /** Path and query. */
  url: string
  /** Whether it asks for a stream, by its Accept header or otherwise. */
  wantsStream: boolean
  /** Who asks. Default: nobody that a fault could choose. */
  client?: { address: string; userAgent: string }
}

/** A fault that is on. */
export interface ActiveFault {
  /** Names it when it is switched off. */
  number: number
  text: string
}

/** The faults that are on. */
export interface FaultPlan {
  readonly seed: number
  list(): ActiveFault[]
  /**
   * Switches a fault on, for requests that come from now on.
   *
   * @throws SseCoordError `bad-option`
   */
  add(text: string): ActiveFault
  /** Switches a fault off; false when it was not on. Responses under way keep it. */
  remove(number: number): boolean
  /**
   * Puts other faults in the place of all that are on, and begins chance anew where a seed is given. All or none: a bad
   * one changes nothing.
   *
   * @throws SseCoordError `bad-option`
   */
  set(texts: readonly string[], seed?: number): ActiveFault[]
  /** Whether the connection that has just opened, from that address, is to be reset. */
  refusesConnection(address?: string): boolean
  /** What the faults do to this request. */
  begin(request: FaultRequest): RequestFaults
}

/** What the faults do to one request. */
export interface RequestFaults {
  /** What is answered in place of the server. */
  readonly instead: Instead | undefined
  /**
   * The row of faults before `last`; `undefined` where there is none, so that the bytes can take the short way.
   * `isStream` says whether the response is an event stream. `onRelief` is called when less is held than before.
   */
  stream(last: Sink, isStream: boolean, onRelief: () => void): FaultedStream | undefined
}

/** What happens to a request when no fault is on. */
export const noFaults: RequestFaults = { instead: undefined, stream: () => undefined }

/** The row of faults of one response. */
export interface FaultedStream {
  /** Where the response goes in. */
  sink: Sink
  /** Bytes held back; a sender that can wait does while this is large. */
  readonly held: number
  /** The response is over: no timer is left. */
  close(): void
}

/** Makes a plan. @throws SseCoordError `bad-option` */
export function createFaultPlan(options: FaultPlanOptions = {}): FaultPlan {
  const clock = options.clock ?? systemClock
  let seed = options.seed ?? Math.floor(Math.random() * 2 ** 32)
  let draw = createRandom(seed)
  const random = (): number => draw()
  const active = new Map<number, { fault: Fault; matched: number }>()
  let count = 0

  function switchOn(fault: Fault): ActiveFault {
    active.set(++count, { fault, matched: 0 })
    return { number: count, text: fault.text }
  }

  const plan: FaultPlan = {
    get seed() {
      return seed
    },
    list: () => [...active].map(([number, { fault }]) => ({ number, text: fault.text })),
    add: (text) => switchOn(parseFault(text)),
    remove: (number) => active.delete(number),
    set(texts, newSeed) {
      const faults = texts.map(parseFault)
      active.clear()
      if (newSeed !== undefined) {
        seed = newSeed
        draw = createRandom(newSeed)
      }
      return faults.map(switchOn)
    },
    refusesConnection(address = '') {
      let refuses = false
      for (const entry of active.values()) {
        const { configured, where } = entry.fault
        const isClient = where.clients.length === 0 || where.clients.includes(address)
        if (configured.refuses && isClient && isChosenConnection(entry)) refuses = true
      }
      return refuses
    },
    begin(request) {
      if (active.size === 0) return noFaults
      const undecided = [...active.values()].filter(({ fault }) => !fault.configured.refuses && isMeant(fault, request))
      const chosen: Fault[] = []
      let later = undecided
      if (request.wantsStream) {
        chosen.push(...undecided.filter(isChosenConnection).map(({ fault }) => fault))
        later = []
      } else {
        // A path was named: it says enough. Without one only a response that is a stream shows that this was one.
        const named = undecided.filter(({ fault }) => fault.where.paths.length > 0)
        chosen.push(...named.filter(isChosenConnection).map(({ fault }) => fault))
        later = undecided.filter((entry) => !named.includes(entry))
      }
      return {
        instead: chosen.map((fault) => fault.configured.instead?.(request.url)).find((answer) => answer !== undefined),
        stream(last, isStream, onRelief) {
          if (isStream) chosen.push(...later.filter(isChosenConnection).map(({ fault }) => fault))
          const streaming = chosen.filter((fault) => fault.configured.stream)
          return streaming.length === 0 ? undefined : rowOf(streaming, last, clock, random, onRelief)
        },
      }
    },
  }
  plan.set(options.faults ?? [])
  return plan
}

function isChosenConnection(entry: { fault: Fault; matched: number }): boolean {
  entry.matched++
  const { connections } = entry.fault.where
  return connections.size === 0 || connections.has(entry.matched)
}

/** Whether a fault is for this path and this client. */
function isMeant({ where }: Fault, { url, client }: FaultRequest): boolean {
  const onPath = where.paths.length === 0 || where.paths.some((path) => url.startsWith(path))
  const userAgent = client?.userAgent.toLowerCase()
  const isClient = (name: string) => client?.address === name || userAgent?.includes(name.toLowerCase())
  return onPath && (where.clients.length === 0 || where.clients.some(isClient))
}

function rowOf(
  faults: readonly Fault[],
  last: Sink,
  clock: Clock,
  random: () => number,
  onRelief: () => void,
): FaultedStream {
  const timers = new Set<() => void>()
  let held = 0
  let isOver = false

  function over(): void {
    isOver = true
    for (const cancel of timers) cancel()
    timers.clear()
  }

  const base: Omit<FaultContext, 'events'> = {
    now: () => clock.now(),
    random,
    hold(bytes) {
      held += bytes
      if (bytes < 0 && !isOver) onRelief()
    },
    after(ms, callback) {
      if (isOver) return () => {}
      const cancel = clock.setTimer(() => {
        timers.delete(cancel)
        callback()
      }, ms)
      timers.add(cancel)
      return () => {
        timers.delete(cancel)
        cancel()
      }
    },
  }

  // After the first end nothing more reaches the last sink, whatever order the faults act in.
  const gate = (pass: () => void): void => {
    if (!isOver) pass()
  }
  const finish = (pass: () => void): void => {
    if (isOver) return
    over()
    pass()
  }
  let sink: Sink = {
    head: (head) => gate(() => last.head(head)),
    write: (bytes) => gate(() => last.write(bytes)),
    end: () => finish(() => last.end()),
    cut: () => finish(() => last.cut()),
    reset: () => finish(() => last.reset()),
  }
  for (const fault of faults) sink = standIn(fault, sink, { ...base, events: fault.where.events })
  return {
    sink,
    get held() {
      return held
    },
    close: over,
  }
}

/** Puts one fault before `next`, from the place on that was named. */
function standIn({ configured, definition, where }: Fault, next: Sink, context: FaultContext): Sink {
  const { stream } = configured
  if (!stream) return next
  const [event] = where.events
  const place = {
    byte: where.byte,
    ms: where.ms,
    eventsPassed:
      definition.event === 'each' || event === undefined ? undefined : definition.event === 'after' ? event : event - 1,
  }
  const isFromHead = place.byte === undefined && place.ms === undefined && place.eventsPassed === undefined
  if (!isFromHead) return fromPlace(next, context, place, (from) => stream(from, context))
  // A fault that ends the stream at once must let the head pass first.
  let acting: Sink | undefined
  const heads: Sink = passTo(next, {
    head(head) {
      let passed = false
      const guarded = passTo(next, {
        head(changed) {
          passed = true
          next.head(changed)
        },
        end() {
          if (!passed) next.head(head)
          passed = true
          next.end()
        },
        reset() {
          if (!passed) next.head(head)
          passed = true
          next.reset()
        },
      })
      acting = stream(guarded, context)
      acting.head(head)
    },
    write: (bytes) => (acting ?? next).write(bytes),
    end: () => (acting ?? next).end(),
    cut: () => (acting ?? next).cut(),
    reset: () => (acting ?? next).reset(),
  })
  return heads
}
