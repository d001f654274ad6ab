/**
 * A whole browser in miniature, on a clock of its own: tabs that hang, freeze, crash and come back, Web Locks,
 * BroadcastChannels with delays, and a server that drops its streams. The members in it are the real ones.
 */
import { electByLock } from '../../src/coordinator/elect-by-lock.js'
import { electByQuestion } from '../../src/coordinator/elect-by-question.js'
import type { SharedEvent } from '../../src/coordinator/history.js'
import { keepNatively } from '../../src/coordinator/keep-natively.js'
import { keepOpen } from '../../src/coordinator/keep-open.js'
import { join } from '../../src/coordinator/member.js'
import type { Member } from '../../src/coordinator/membership.js'
import { joinNatively } from '../../src/coordinator/native-member.js'
import type { Plan } from '../../src/coordinator/plan.js'
import type { KeepStream, OpenStream } from '../../src/coordinator/transport.js'
import type { World } from '../../src/coordinator/world.js'

/** Random numbers that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Task {
  at: number
  order: number
  tab: Tab | undefined
  run: () => void
}

/** A binary heap of tasks, by time and then by the order in which they were set. */
class Agenda {
  readonly #heap: Task[] = []

  static before(a: Task, b: Task): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  push(task: Task): void {
    const heap = this.#heap
    let index = heap.push(task) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (!above || Agenda.before(above, task)) break
      heap[index] = above
      index = parent
    }
    heap[index] = task
  }

  peek(): Task | undefined {
    return this.#heap[0]
  }

  pop(): Task | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (!top || !last || heap.length === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = heap[child]
      const right = heap[child + 1]
      if (below && right && Agenda.before(right, below)) {
        below = right
        child++
      }
      if (!below || Agenda.before(last, below)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
    return top
  }
}

/** One request for a lock. */
interface LockRequest {
  tab: Tab
  hold: () => unknown
  fail: (error: Error) => void
  done: () => void
  granted: boolean
}

class Locks {
  readonly #holders = new Map<string, LockRequest>()
  readonly #queues = new Map<string, LockRequest[]>()
  readonly #browser: Simulation

  constructor(browser: Simulation) {
    this.#browser = browser
  }

  request(tab: Tab, name: string, options: LockOptions, hold: () => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const request: LockRequest = { tab, hold, fail: reject, done: resolve, granted: false }
      const queue = this.#queues.get(name) ?? []
      this.#queues.set(name, queue)
      const abort = new DOMException('aborted', 'AbortError')
      if (options.steal) {
        const holder = this.#holders.get(name)
        if (holder) {
          this.#holders.delete(name)
          this.#browser.task(holder.tab, 0, 4, () => holder.fail(abort))
        }
        queue.unshift(request)
      } else {
        queue.push(request)
        options.signal?.addEventListener('abort', () => {
          const index = queue.indexOf(request)
          if (index >= 0) queue.splice(index, 1)
          if (!request.granted) reject(abort)
        })
      }
      this.#next(name)
    })
  }

  #next(name: string): void {
    if (this.#holders.has(name)) return
    const request = this.#queues.get(name)?.shift()
    if (!request) return
    this.#holders.set(name, request)
    this.#browser.task(request.tab, 0, 4, () => {
      if (this.#holders.get(name) !== request) return // stolen before it was told
      request.granted = true
      Promise.resolve(request.hold()).then(() => {
        if (this.#holders.get(name) === request) {
          this.#holders.delete(name)
          this.#next(name)
        }
        request.done()
      })
    })
  }

  /** A tab is gone: so are its locks. */
  drop(tab: Tab): void {
    for (const queue of this.#queues.values()) {
      for (let index = queue.length - 1; index >= 0; index--) if (queue[index]?.tab === tab) queue.splice(index, 1)
    }
    for (const [name, holder] of this.#holders) {
      if (holder.tab !== tab) continue
      this.#holders.delete(name)
      this.#next(name)
    }
  }
}

class Channel {
  onmessage: ((event: MessageEvent) => void) | null = null
  readonly #tab: Tab
  readonly #name: string
  open = true

  constructor(tab: Tab, name: string) {
    this.#tab = tab
    this.#name = name
    tab.browser.channels.add(this)
  }

  postMessage(message: unknown): void {
    if (!this.open) throw new DOMException('closed', 'InvalidStateError')
    const { browser } = this.#tab
    browser.trace?.(this.#tab, message)
    for (const other of browser.channels) {
      if (other === this || other.#name !== this.#name) continue
      const copy = structuredClone(message)
      const sent = browser.order
      browser.inOrder(this.#tab, other.#tab, 0, 8, () => {
        if (this.#tab.lostAfter !== undefined && sent >= this.#tab.lostAfter && this.#tab.lostTo === other.#tab) return
        if (other.open) other.onmessage?.({ data: copy } as MessageEvent)
      })
    }
  }

  isOf(tab: Tab): boolean {
    return this.#tab === tab
  }

  close(): void {
    this.open = false
    this.#tab.browser.channels.delete(this)
  }
}

/** One stream at the server. */
interface Connection {
  tab: Tab
  open: boolean
  deliver(ids: number[]): void
  end(): void
}

/** One tab, with the one member that lives in it. */
export class Tab {
  readonly browser: Simulation
  readonly number: number
  visible = true
  alive = true
  frozen = false
  busyUntil = 0
  seen: number[] = []
  gaps = 0
  log: string[] = []
  /** Those of the smallest form have none to talk to. */
  member: Member | undefined
  /** When it died by a crash: what it sent from then on does not reach one other tab. */
  lostAfter: number | undefined
  lostTo: Tab | undefined
  held: Task[] = []
  readonly #listeners = new Map<string, Set<(event: Event) => void>>()

  constructor(browser: Simulation, number: number) {
    this.browser = browser
    this.number = number
  }

  get responsive(): boolean {
    return this.alive && !this.frozen && this.busyUntil <= this.browser.now
  }

  fire(type: string, event: Partial<PageTransitionEvent> = {}): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(event as Event)
  }

  world(): World {
    const { browser } = this
    const tab = this
    const timers = new Set<number>()
    let timer = 0
    const after = (delayMs: number, callback: () => void) => {
      const mine = ++timer
      timers.add(mine)
      const due = browser.now + Math.max(delayMs, 0)
      const at = this.visible || delayMs < 1 ? due : Math.ceil(due / browser.hiddenTimersMs) * browser.hiddenTimersMs
      browser.taskAt(at, this, () => {
        if (timers.delete(mine)) callback()
      })
      return mine
    }
    return {
      navigator: {
        locks: {
          request: (name: string, options: LockOptions, hold: () => unknown) =>
            browser.locks.request(tab, name, options, hold),
        } as unknown as LockManager,
      },
      BroadcastChannel: class extends Channel {
        constructor(name: string) {
          super(tab, name)
        }
      } as unknown as typeof BroadcastChannel,
      fetch: () => Promise.reject(new Error('not simulated')),
      origin: 'http://host',
      document: {
        baseURI: 'http://host/',
        get visibilityState() {
          return tab.visible ? 'visible' : 'hidden'
        },
      },
      performance: { now: () => browser.now },
      Date: { now: () => 1_700_000_000_000 + browser.now + browser.clockOffset },
      Math: { random: browser.random },
      setTimeout: (callback, delayMs) => after(delayMs, callback),
      clearTimeout: (mine) => {
        if (mine !== undefined) timers.delete(mine)
      },
      addEventListener: (type, listener) => {
        const listeners = this.#listeners.get(type) ?? new Set()
        this.#listeners.set(type, listeners.add(listener))
      },
      removeEventListener: (type, listener) => void this.#listeners.get(type)?.delete(listener),
    }
  }
}

/** How the members agree; `native` are those of the smallest form. */
export type Way = 'lock' | 'question' | 'native'

export interface SimulationOptions {
  seed: number
  way?: Way
  everyMs?: number
  replay?: number
  retryMs?: number
}

export class Simulation {
  now = 0
  /** Sees every message that is posted. */
  trace: ((tab: Tab, message: unknown) => void) | undefined
  order = 0
  clockOffset = 0
  readonly random: () => number
  readonly agenda: Agenda = new Agenda()
  readonly locks: Locks = new Locks(this)
  readonly channels: Set<Channel> = new Set()
  readonly tabs: Tab[] = []
  readonly connections: Set<Connection> = new Set()
  readonly way: Way
  readonly everyMs: number
  readonly replay: number
  readonly retryMs: number
  serverUp = true
  /** Whether the server heeds `Last-Event-ID`. */
  canResume = true
  lastId = 0
  /** Timers of hidden tabs run once in this time. */
  hiddenTimersMs = 1_000
  /** The longest time that two or more responsive tabs had a stream. */
  longestDoubleMs = 0
  connects = 0
  #doubleSince: number | undefined
  readonly #lines = new Map<string, number>()

  constructor({ seed, way = 'lock', everyMs = 20, replay = 0, retryMs = 100 }: SimulationOptions) {
    this.random = randomFrom(seed)
    this.way = way
    this.everyMs = everyMs
    this.replay = replay
    this.retryMs = retryMs
    const tick = () => {
      this.lastId++
      if (this.serverUp)
        for (const connection of this.connections) if (connection.open) connection.deliver([this.lastId])
      this.taskAt(this.now + this.everyMs * (0.5 + this.random()), undefined, tick)
    }
    this.taskAt(1, undefined, tick)
  }

  taskAt(at: number, tab: Tab | undefined, run: () => void): void {
    this.agenda.push({ at, order: this.order++, tab, run })
  }

  task(tab: Tab | undefined, leastMs: number, mostMs: number, run: () => void): void {
    this.taskAt(this.now + leastMs + this.random() * (mostMs - leastMs), tab, run)
  }

  /** A task that never overtakes the one before it from the same sender to the same receiver. */
  inOrder(from: Tab | Connection, to: Tab, leastMs: number, mostMs: number, run: () => void): void {
    const line = `${'number' in from ? from.number : 's'} ${to.number}`
    const at = Math.max(this.#lines.get(line) ?? 0, this.now + leastMs + this.random() * (mostMs - leastMs))
    this.#lines.set(line, at)
    this.taskAt(at, to, run)
  }

  openFor(tab: Tab): OpenStream {
    return (request, listener) => {
      this.connects++
      const connection: Connection = {
        tab,
        open: false,
        deliver: (ids) => {
          this.inOrder(connection, tab, 1, 15, () => {
            if (!this.connections.has(connection)) return
            const events = ids.map((id): SharedEvent => ['message', `data ${id}`, String(id), 0, 0])
            listener.onEvents(events)
          })
        },
        end: () => {
          this.inOrder(connection, tab, 1, 15, () => {
            if (this.connections.delete(connection)) {
              listener.onEnd('The stream ended', 0, 0)
            }
          })
        },
      }
      this.connections.add(connection)
      this.task(undefined, 1, 20, () => {
        if (!this.connections.has(connection)) return
        if (!this.serverUp) return connection.end()
        connection.open = true
        this.inOrder(connection, tab, 1, 15, () => {
          if (this.connections.has(connection)) listener.onOpen('http://host')
        })
        const from = Number(request.lastEventId)
        if (this.canResume && request.lastEventId && from < this.lastId) {
          connection.deliver(Array.from({ length: this.lastId - from }, (_, index) => from + 1 + index))
        }
      })
      return {
        close: () => {
          this.connections.delete(connection)
        },
        addType() {},
      }
    }
  }

  addTab(): Tab {
    const tab = new Tab(this, this.tabs.length)
    this.tabs.push(tab)
    this.taskAt(this.now, tab, () => this.enter(tab))
    return tab
  }

  enter(tab: Tab): void {
    const log = (what: string) => tab.log.push(`${Math.round(this.now)} ${what}`)
    const world = tab.world()
    const plan: Plan = {
      channelName: 'group',
      url: 'http://host/events',
      replay: this.replay,
      retryMs: this.retryMs,
      patience: 'none',
    }
    const listener = {
      onEvent: ([, , id]: SharedEvent) => tab.seen.push(Number(id)),
      onState: (state: number) => log(`state ${state}`),
      onLeading: (leading: boolean) => log(leading ? 'leads' : 'follows'),
      onGap: (id = tab.seen.join()) => {
        if (id) tab.gaps++ // without an id nobody could resume
        log(`gap after ${id}`)
      },
    }
    const open = this.openFor(tab)
    if (this.way === 'native') {
      joinNatively(world, plan, keepNatively(world, open), true, listener)
      return
    }
    const elect = this.way === 'lock' ? electByLock : electByQuestion
    const keep: KeepStream = (...stream) => keepOpen(world, plan, open, ...stream)
    tab.member = join(world, plan, { elect, keep, canResume: true }, ['message'], listener)
  }

  // --- acts ---

  close(tab: Tab): void {
    tab.fire('pagehide', { persisted: false })
    this.#die(tab)
  }

  crash(tab: Tab): void {
    const others = this.tabs.filter((other) => other !== tab && other.alive)
    tab.lostTo = others[Math.floor(this.random() * others.length)]
    tab.lostAfter = this.order - Math.floor(this.random() * 40)
    this.#die(tab)
  }

  #die(tab: Tab): void {
    tab.alive = false
    for (const channel of [...this.channels]) if (channel.isOf(tab)) channel.close()
    for (const connection of [...this.connections]) if (connection.tab === tab) this.connections.delete(connection)
    this.locks.drop(tab)
  }

  freeze(tab: Tab): void {
    tab.fire('freeze')
    tab.frozen = true
  }

  hide(tab: Tab): void {
    tab.fire('pagehide', { persisted: true })
    tab.frozen = true
  }

  thaw(tab: Tab, how: 'resume' | 'pageshow'): void {
    tab.frozen = false
    for (const task of tab.held.splice(0)) this.taskAt(this.now, task.tab, task.run)
    this.taskAt(this.now, tab, () => tab.fire(how, { persisted: true }))
  }

  hang(tab: Tab, ms: number): void {
    tab.busyUntil = this.now + ms
  }

  dropStreams(): void {
    for (const connection of this.connections) {
      connection.open = false
      connection.end()
    }
  }

  /** Runs all that happens in the next so many milliseconds. */
  async run(ms: number): Promise<void> {
    const end = this.now + ms
    for (;;) {
      const task = this.agenda.peek()
      if (!task || task.at > end) break
      this.agenda.pop()
      this.#note(task.at)
      this.now = task.at
      const { tab } = task
      if (tab) {
        if (!tab.alive) continue
        if (tab.frozen) {
          tab.held.push(task)
          continue
        }
        if (tab.busyUntil > this.now) {
          // Tasks of different sources wake in any order, those of one source keep theirs.
          this.agenda.push({ ...task, at: tab.busyUntil })
          continue
        }
      }
      task.run()
      await undefined
      await undefined
      await undefined
    }
    this.#note(end)
    this.now = end
  }

  #note(at: number): void {
    let streams = 0
    for (const connection of this.connections) if (connection.tab.busyUntil <= this.now) streams++
    if (streams < 2) this.#doubleSince = undefined
    else {
      this.#doubleSince ??= this.now
      this.longestDoubleMs = Math.max(this.longestDoubleMs, at - this.#doubleSince)
    }
  }
}
