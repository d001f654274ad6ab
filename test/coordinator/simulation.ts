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
import { joinNatively } from '../../src/coordinator/native-member.js'
import type { Plan } from '../../src/coordinator/plan.js'
import type { NativeListener, OpenStream } from '../../src/coordinator/transport.js'
import { Locks } from './simulated-locks.js'
import { type Channel, Tab } from './simulated-tab.js'
import { Agenda, randomFrom } from './simulated-time.js'

/** One stream at the server. */
interface Connection {
  tab: Tab
  open: boolean
  deliver(ids: number[]): void
  end(): void
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
  /** The status that a stream which is dropped ends with, as if it were that of a response; 0 for an end of the stream. */
  endStatus = 0
  /** Whether the server heeds `Last-Event-ID`. */
  canResume = true
  lastId = 0
  /** Timers of hidden tabs run once in this time. */
  hiddenTimersMs = 1_000
  /** The longest time that two or more responsive tabs had a stream. */
  longestDoubleMs = 0
  connects = 0
  /** Events that tabs have been told of. */
  told = 0
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

  openFor(tab: Tab): OpenStream<NativeListener> {
    return (lastEventId, _types, listener) => {
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
              listener.onEnd('The stream ended', this.endStatus, 0)
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
          if (this.connections.has(connection)) listener.onOpen('http://host', true)
        })
        const from = Number(lastEventId)
        if (this.canResume && lastEventId && from < this.lastId) {
          connection.deliver(Array.from({ length: this.lastId - from }, (_, index) => from + 1 + index))
        }
      })
      return {
        close: () => {
          this.connections.delete(connection)
        },
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
    }
    const listener = {
      onEvent: ([, , id]: SharedEvent) => {
        this.told++
        tab.seen.push(Number(id))
      },
      onState: (state: number) => log(`state ${state}`),
      onLeaderChange: (leading: boolean) => log(leading ? 'leads' : 'follows'),
      onGap: (id: string) => {
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
    tab.member = join(world, plan, elect, keepOpen(world, plan, open), true, ['message'], listener)
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
      await this.#drain()
    }
    this.#note(end)
    this.now = end
  }

  /** Lets happen what a task has left to happen before the next; a tab is told of one event after the other. */
  async #drain(): Promise<void> {
    let told: number
    do {
      told = this.told
      for (let turns = 4; turns--; ) await undefined
    } while (this.told > told)
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
