/** Watches the shared workers and service workers of one browser context: they belong to no one tab. Chromium only. */
import type { BrowserContext, Protocol } from 'puppeteer-core'
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
  const observers: { type: string; observer: StreamObserver }[] = []
  const session = await browser.puppeteer.target().createCDPSession()

  async function adopt({ sessionId, targetInfo }: Protocol.Target.AttachedToTargetEvent): Promise<void> {
    const child = session.connection()?.session(sessionId)
    if (!child) return
    if (!workerTypes.includes(targetInfo.type) || targetInfo.browserContextId !== context.id) {
      await child.send('Runtime.runIfWaitingForDebugger')
      await session.send('Target.detachFromTarget', { sessionId })
      return
    }
    const { type } = targetInfo
    const observer = await observeSession(child, type, prepare ? { prepare } : {})
    observers.push({ type, observer })
  }

  session.on('Target.attachedToTarget', (event) => void adopt(event).catch(() => {})) // It has gone already.
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [...workerTypes.map((type) => ({ type })), { exclude: true }],
  })
  return {
    observers: () => observers.map(({ observer }) => observer),
    isSent: (url) => observers.some(({ type, observer }) => type === 'service_worker' && observer.isAsking(url)),
    async [Symbol.asyncDispose]() {
      await session.detach().catch(() => {})
    },
  }
}
