/** Watches the shared workers and service workers of one browser context: they belong to no one tab. Chromium only. */
import type { Browser, BrowserContext, CDPSession, Protocol } from 'puppeteer-core'
import type { LaunchedBrowser } from '../launch.js'
import { type ObserveOptions, observeSession, type StreamObserver } from './observe-streams.js'

export interface WorkersObserver extends AsyncDisposable {
  /** One for each worker that has run so far. */
  observers(): StreamObserver[]
  /** Whether a service worker asks for the same address and is on a connection: the page that asked it does not stall. */
  isSent(url: string): boolean
}

/** Where the browser does not tell of them. */
export const noWorkers: WorkersObserver = {
  observers: () => [],
  isSent: () => false,
  async [Symbol.asyncDispose]() {},
}

const workerTypes = ['shared_worker', 'service_worker']

export async function observeWorkers(
  browser: LaunchedBrowser,
  context: BrowserContext,
  { prepare }: Pick<ObserveOptions, 'prepare'> = {},
): Promise<WorkersObserver> {
  const { id } = context
  if (id === undefined) return noWorkers
  const observers: { type: string; observer: StreamObserver }[] = []
  const adopters = await adoptersOf(browser)
  adopters.set(id, async (session, type) => {
    const observer = await observeSession(session, type, prepare ? { prepare } : {})
    observers.push({ type, observer })
  })
  return {
    observers: () => observers.map(({ observer }) => observer),
    isSent: (url) => observers.some(({ type, observer }) => type === 'service_worker' && observer.isAsking(url)),
    async [Symbol.asyncDispose]() {
      adopters.delete(id)
    },
  }
}

/** Who takes the workers of which context. */
type Adopters = Map<string, (session: CDPSession, type: string) => Promise<void>>

const known = new WeakMap<Browser, Promise<Adopters>>()

/** One session for each browser, as long as that lives: two that are made at the same time confuse puppeteer. */
function adoptersOf({ puppeteer }: LaunchedBrowser): Promise<Adopters> {
  const adopters = known.get(puppeteer) ?? attachToWorkers(puppeteer)
  known.set(puppeteer, adopters)
  return adopters
}

async function attachToWorkers(browser: Browser): Promise<Adopters> {
  const adopters: Adopters = new Map()
  const session = await browser.target().createCDPSession()

  async function adopt({ sessionId, targetInfo }: Protocol.Target.AttachedToTargetEvent): Promise<void> {
    const child = session.connection()?.session(sessionId)
    const take = adopters.get(targetInfo.browserContextId ?? '')
    if (!child) return
    if (take && workerTypes.includes(targetInfo.type)) return take(child, targetInfo.type)
    await child.send('Runtime.runIfWaitingForDebugger')
    await session.send('Target.detachFromTarget', { sessionId })
  }

  // Puppeteer attaches to them as well, and lets each run at once: what it opens first thing would be missed now and then.
  const autoAttach = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }
  await session.connection()?.send('Target.setAutoAttach', {
    ...autoAttach,
    filter: [...[...workerTypes, 'page'].map((type) => ({ type, exclude: true })), {}],
  })
  session.on('Target.attachedToTarget', (event) => void adopt(event).catch(() => {})) // It has gone already.
  await session.send('Target.setAutoAttach', {
    ...autoAttach,
    filter: [...workerTypes.map((type) => ({ type })), { exclude: true }],
  })
  return adopters
}
