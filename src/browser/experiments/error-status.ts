/**
 * The experiment that shows what one bad answer does: the page's stream ends, the request that follows is answered 502, all
 * further ones by the app itself. Does the page ever come back? Done by the browser's own interception, so that address and
 * protocol stay the app's.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Protocol } from 'puppeteer-core'
import type { ErrorStatusTrial, NotDone } from '../../evidence/app-evidence.js'
import { redactUrl } from '../../evidence/redact.js'
import { roundMs } from '../../evidence/round-ms.js'
import type { LaunchedBrowser } from '../launch.js'
import { type OpenAppOptions, openApp } from './open-app.js'

/** How long the page may take to open a stream, and to ask again after that ended. */
const askMs = 15_000

/** What is sent in place of the stream: well formed, with a short reconnection time, and at its end at once. */
const cutStream = 'retry: 1000\n\n'

/** Where the trial stands. */
interface Course {
  /** Of the stream that was cut first. */
  url: string | null
  kind: string
  cutAt: number | null
  refusedAt: number | null
  backAt: number | null
}

/**
 * Measures one page, in a tab of its own.
 *
 * @param waitMs how long the page may take to come back.
 */
export async function measureErrorStatus(
  browser: LaunchedBrowser,
  url: string,
  { waitMs, ...options }: Omit<OpenAppOptions, 'tabs'> & { waitMs: number },
): Promise<ErrorStatusTrial | NotDone> {
  if (browser.engine === 'firefox') return skip('Firefox lets nobody answer in the place of the app; use a Chromium')
  const signal = options.signal ?? new AbortController().signal
  const course: Course = { url: null, kind: '', cutAt: null, refusedAt: null, backAt: null }
  await using _app = await openApp(browser, url, {
    ...options,
    tabs: 1,
    prepare: (session, target) => intercept(session, target, course),
  })
  await until(() => course.cutAt !== null, askMs, signal)
  if (course.url === null) {
    return skip('the page opened no event stream that could be cut: none at all, or in a worker')
  }
  await until(() => course.refusedAt !== null, Math.max(askMs, waitMs), signal)
  if (course.refusedAt === null && course.kind !== 'EventSource') {
    return skip('the page reads its stream with fetch and does not ask again when that ends, which may be by design')
  }
  if (course.refusedAt !== null) await until(() => course.backAt !== null, waitMs, signal)
  const { refusedAt, backAt } = course
  return {
    url: redactUrl(course.url),
    reconnectMs: refusedAt !== null && backAt !== null ? roundMs(backAt - refusedAt) : null,
    waitMs,
    metError: refusedAt !== null,
  }
}

async function intercept(session: CDPSession, target: string, course: Course): Promise<void> {
  if (target !== 'page' && target !== 'iframe') return
  session.on('Fetch.requestPaused', (event) => void answer(session, event, course).catch(() => {})) // The page has gone.
  await session.send('Fetch.enable', {
    patterns: ['EventSource', 'Fetch', 'XHR'].map((resourceType) => ({
      resourceType: resourceType as Protocol.Network.ResourceType,
      requestStage: 'Response' as const,
    })),
  })
}

async function answer(session: CDPSession, event: Protocol.Fetch.RequestPausedEvent, course: Course): Promise<void> {
  const { requestId, request, resourceType, responseHeaders = [], responseErrorReason } = event
  const pass = () =>
    responseErrorReason
      ? session.send('Fetch.failRequest', { requestId, errorReason: responseErrorReason })
      : session.send('Fetch.continueResponse', { requestId })
  const type = responseHeaders.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? ''
  const isStream = /^text\/event-stream\b/i.test(type)
  if (course.url === null) {
    if (!isStream) return void (await pass())
    course.url = request.url
    course.kind = resourceType
    course.cutAt = performance.now()
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 200,
      responseHeaders: responseHeaders.filter(isKept),
      body: Buffer.from(cutStream).toString('base64'),
    })
    return
  }
  if (!isSameStream(request.url, course.url)) return void (await pass())
  if (course.refusedAt === null) {
    course.refusedAt = performance.now()
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 502,
      responseHeaders: [...responseHeaders.filter(isPermission), { name: 'content-type', value: 'text/plain' }],
      body: Buffer.from('Bad Gateway').toString('base64'),
    })
    return
  }
  course.backAt ??= performance.now()
  await pass()
}

/** Headers that say how the real answer is written do not fit ours. */
function isKept({ name }: { name: string }): boolean {
  return !/^(content-length|content-encoding|transfer-encoding|connection)$/i.test(name)
}

/** What lets a page of another origin see the status. */
function isPermission({ name }: { name: string }): boolean {
  return /^(access-control-|vary$)/i.test(name)
}

/** Clients put the last event ID or a time into the query; the path stays. */
function isSameStream(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)]
  return a.origin === b.origin && a.pathname === b.pathname
}

async function until(isSo: () => boolean, waitMs: number, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + waitMs
  while (!isSo() && performance.now() < giveUpAt) await sleep(50, undefined, { signal })
}

function skip(reason: string): NotDone {
  return { notDone: 'skip', reason }
}
