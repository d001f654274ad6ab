/** A tab of the simulation, and its part of the platform: what its member takes for the browser. */
import type { Member } from '../../src/coordinator/membership.js'
import type { World } from '../../src/coordinator/world.js'
import type { Task } from './simulated-time.js'
import type { Simulation } from './simulation.js'

/** A BroadcastChannel, with delays, that keeps the order of what one tab sends to another. */
export class Channel {
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
      addEventListener: (type, listener, { signal }) => {
        const listeners = this.#listeners.get(type) ?? new Set()
        this.#listeners.set(type, listeners.add(listener))
        signal?.addEventListener('abort', () => listeners.delete(listener))
      },
    }
  }
}
