/**
 * The faults that are on, and what they do to each connection and response. Owns no socket: the mock and the proxy ask
 * it, and bring the sink at the end of the row.
 */
import { type Clock, systemClock } from './context.js'
import type { Instead } from './define.js'
import { type FaultedStream, rowOf } from './fault-row.js'
import { type Fault, parseFault } from './grammar.js'
import { createRandom } from './random.js'
import type { Sink } from './sink.js'

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
