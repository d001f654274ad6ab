/**
 * Counts the browsers that hold connections to a proxy at the same time. Each connection is looked up once, as soon as it
 * opens, and counts from when it opened until it closed, however long the look took.
 */
import type { Ledger } from '../proxy/index.js'
import type { FindOwners } from './browser-owners.js'

export interface BrowserWatch {
  /** The most that were there at the same time so far, 0 where that cannot be told; waits for the look under way. */
  most(): Promise<number>
  close(): void
}

/** One connection, in milliseconds. */
export interface HeldConnection {
  /** The process id of its browser; `null` until it is known. */
  browser: number | null
  openedAt: number
  /** `null` while it is open. */
  closedAt: number | null
}

type Seen = HeldConnection & { clientPort: number }

/** Between two looks: a suite that opens connections all the time must not keep the machine busy with looking. */
const pauseMs = 100

/** @param findOwners says which browser is at the other end; `null` where nobody can */
export function watchBrowsers(ledger: Ledger, findOwners: FindOwners | null): BrowserWatch {
  const open = new Map<number, Seen>()
  let asked: Seen[] = []
  let held: Seen[] = []
  let most = 0
  let looking = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const look = async (find: FindOwners) => {
    const now = asked
    asked = []
    const owners = await find(now.map(({ clientPort }) => clientPort)).catch(() => new Map<number, number>())
    for (const one of now) one.browser = owners.get(one.clientPort) ?? null
    held.push(...now.filter(({ browser }) => browser !== null))
    most = Math.max(most, browsersAtOnce(held))
    // What closed before the oldest of those that are still to be looked up has met all that it will meet.
    const since = Math.min(...asked.map(({ openedAt }) => openedAt), Number.POSITIVE_INFINITY)
    held = held.filter(({ closedAt }) => closedAt === null || closedAt > since)
  }
  const lookSoon = (find: FindOwners) => {
    if (timer) return
    looking = look(find)
    timer = setTimeout(async () => {
      await looking
      timer = undefined
      if (asked.length > 0) lookSoon(find)
    }, pauseMs)
  }

  const onOpened = ({ socket, clientPort, at }: { socket: number; clientPort: number | null; at: number }) => {
    if (clientPort === null || !findOwners) return
    const seen = { clientPort, browser: null, openedAt: at, closedAt: null }
    open.set(socket, seen)
    asked.push(seen)
    lookSoon(findOwners)
  }
  const onClosed = ({ socket, at }: { socket: number; at: number }) => {
    const seen = open.get(socket)
    if (seen) seen.closedAt = at
    open.delete(socket)
  }
  ledger.on('socket-opened', onOpened)
  ledger.on('socket-closed', onClosed)
  return {
    async most() {
      await looking
      return most
    },
    close() {
      clearTimeout(timer)
      ledger.off('socket-opened', onOpened)
      ledger.off('socket-closed', onClosed)
    },
  }
}

/** Two that met for less did not: of one that leaves as the next one comes, a proxy may hear in the wrong order. */
const meetingMs = 20

/** The most browsers that held connections at the same moment. */
export function browsersAtOnce(connections: readonly HeldConnection[]): number {
  const moments = connections.flatMap(({ browser, openedAt, closedAt }) => {
    const until = (closedAt ?? Number.POSITIVE_INFINITY) - meetingMs
    if (until <= openedAt) return []
    return [
      { at: openedAt, browser, change: 1 },
      { at: until, browser, change: -1 },
    ]
  })
  const counts = new Map<number | null, number>()
  let most = 0
  for (const { browser, change } of moments.sort((a, b) => a.at - b.at || a.change - b.change)) {
    const count = (counts.get(browser) ?? 0) + change
    if (count > 0) counts.set(browser, count)
    else counts.delete(browser)
    most = Math.max(most, counts.size)
  }
  return most
}
