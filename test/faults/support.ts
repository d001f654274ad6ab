import type { Clock } from '../../src/faults/context.js'
import {
  createFaultPlan,
  type FaultedStream,
  type FaultPlanOptions,
  type FaultRequest,
} from '../../src/faults/index.js'
import type { ResponseHead, Sink } from '../../src/faults/sink.js'

/** Time that passes when told to. */
export interface FakeClock extends Clock {
  /** Lets so many milliseconds pass. */
  pass(ms: number): void
  readonly timers: number
}

export function fakeClock(): FakeClock {
  let time = 0
  let timers: { at: number; callback: () => void }[] = []
  return {
    now: () => time,
    setTimer(callback, ms) {
      const timer = { at: time + ms, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    pass(ms) {
      const until = time + ms
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (!next) break
        timers = timers.filter((other) => other !== next)
        time = Math.max(time, next.at)
        next.callback()
      }
      time = until
    },
    get timers() {
      return timers.length
    },
  }
}

export const streamHead: ResponseHead = {
  status: 200,
  headers: [
    ['Content-Type', 'text/event-stream'],
    ['Access-Control-Allow-Origin', '*'],
  ],
}

export const streamRequest: FaultRequest = { url: '/events?a=1', wantsStream: true }

/** A response through some faults, and what came out: `@ms what`. */
export interface Trial {
  log: string[]
  clock: FakeClock
  stream: FaultedStream | undefined
  /** Sends text, one character per byte. */
  send(...texts: string[]): void
  /** All bytes that came out, one character per byte. */
  readonly text: string
  end(): void
  cut(): void
}

export function trial(faults: string | string[], options: FaultPlanOptions = {}): Trial {
  const clock = fakeClock()
  const plan = createFaultPlan({ faults: [faults].flat(), seed: 1, clock, ...options })
  return trialOf(plan.begin(streamRequest), clock)
}

export function trialOf(request: ReturnType<ReturnType<typeof createFaultPlan>['begin']>, clock: FakeClock): Trial {
  const log: string[] = []
  let text = ''
  const say = (what: string) => log.push(`@${Math.round(clock.now())} ${what}`)
  const last: Sink = {
    head: ({ status, headers }) =>
      say(`head ${status} ${headers.map(([name, value]) => `${name}: ${value}`).join(', ')}`),
    write: (bytes) => {
      text += bytes.toString('latin1')
      say(JSON.stringify(bytes.toString('latin1')))
    },
    end: () => say('end'),
    cut: () => say('cut'),
    reset: () => say('reset'),
  }
  const stream = request.stream(last, true, () => {})
  const sink = stream?.sink ?? last
  sink.head(streamHead)
  return {
    log,
    clock,
    stream,
    send: (...texts) => {
      for (const part of texts) sink.write(Buffer.from(part, 'latin1'))
    },
    get text() {
      return text
    },
    end: () => sink.end(),
    cut: () => sink.cut(),
  }
}

export const headLine = 'head 200 Content-Type: text/event-stream, Access-Control-Allow-Origin: *'
