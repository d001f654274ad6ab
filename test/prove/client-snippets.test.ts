/**
 * What the checks of a page print, pasted into pages that have the fault: taken out of the finding as it stands, built as an
 * app would build it, and the page asked again in a real browser. One of the waits is a whole minute.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, type LaunchedBrowser, launchBrowser } from '../../src/browser/index.js'
import { judgeApp } from '../../src/doctor/app/judge-app.js'
import { type AppPart, gatherApp } from '../../src/doctor/index.js'
import type { Finding } from '../../src/evidence/report.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A page whose one script is this code, bundled. */
async function pageOf(code: string): Promise<Record<string, string>> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'tsx' },
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'silent',
  })
  const html = '<!doctype html><title>Pasted</title><link rel="icon" href="data:,"><body></body>'
  return { '/': `${html}<script type="module" src="/app.js"></script>`, '/app.js': outputFiles[0]?.text ?? '' }
}

const declared = "const url: string = '/events/live'\nlet source: EventSource\n"
const opening = (more = '') => `${declared}function open() {\n  source = new EventSource(url)\n  ${more}\n}\nopen()\n`
const component = (effect: string) => `import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
function Live({ url }: { url: string }) {
  ${effect}
  return <p>live</p>
}
createRoot(document.body).render(<StrictMode><Live url="/events/live" /></StrictMode>)`

interface Case {
  id: string
  /** Of the fixes of the finding, that which is pasted. */
  stack: string
  parts: AppPart[]
  tabs?: number
  waitMs?: number
  faulty: string
  pasted: (snippet: string) => string
}

const cases: Case[] = [
  {
    id: 'client/dead-after-error-status',
    stack: 'browser, by hand',
    parts: ['tabs', 'error-status'],
    tabs: 1,
    waitMs: 60_000,
    faulty: opening(),
    pasted: opening,
  },
  {
    id: 'client/dead-after-error-status',
    stack: 'browser',
    parts: ['tabs', 'error-status'],
    tabs: 1,
    waitMs: 60_000,
    faulty: opening(),
    pasted: (snippet) => declared + snippet,
  },
  {
    id: 'client/zombie',
    stack: 'browser',
    parts: ['tabs', 'reload'],
    tabs: 1,
    faulty: opening(),
    pasted: (snippet) => opening() + snippet,
  },
  {
    id: 'tabs/stall',
    stack: 'browser',
    parts: ['tabs'],
    tabs: 7,
    faulty: opening(),
    pasted: (snippet) => declared + snippet,
  },
  {
    id: 'tabs/streams-per-tab',
    stack: 'react',
    parts: ['tabs'],
    tabs: 1,
    faulty: component('useEffect(() => { new EventSource(url) }, [url])'),
    pasted: component,
  },
]

describe.runIf(needs('chromium'))('pasted into a page', () => {
  let browser: LaunchedBrowser

  beforeAll(async () => {
    browser = await launchBrowser(await findBrowser({ browser: 'chromium' }))
  })

  afterAll(() => browser?.close())

  async function find(id: string, app: { url: string }, options: Partial<Case>): Promise<Finding | undefined> {
    const { parts = ['tabs'], tabs = 1, waitMs } = options
    const evidence = await gatherApp(browser, { url: app.url, parts, tabs, ...(waitMs !== undefined && { waitMs }) })
    return judgeApp(evidence).find((one) => one.id === id)
  }

  test.each(cases)('$id: $stack', async ({ id, stack, faulty, pasted, ...options }) => {
    await using ill = await serveApp('one-stream', { files: await pageOf(faulty) })
    const found = await find(id, ill, options)
    expect(found).toMatchObject({ state: 'fail' })
    const snippet = found?.fixes.find((fix) => fix.stack === stack)?.snippet
    await using sound = await serveApp('one-stream', { files: await pageOf(pasted(snippet ?? '')) })
    expect(await find(id, sound, options)).toMatchObject({ state: 'pass' })
  })

  test('worker/intercepts: a service worker that leaves streams alone', async () => {
    const id = 'worker/intercepts'
    await using ill = await serveApp('service-worker')
    const found = await find(id, ill, {})
    expect(found).toMatchObject({ state: 'fail' })
    const worker = `addEventListener('install', () => skipWaiting())
      addEventListener('activate', (event) => event.waitUntil(clients.claim()))
      ${found?.fixes[0]?.snippet.replace('// … as before', 'event.respondWith(fetch(event.request))')}`
    await using sound = await serveApp('service-worker', { files: { '/worker.js': worker } })
    expect(await find(id, sound, {})).toMatchObject({ state: 'pass' })
  })
})
