/** Starts a browser, without a window and with a profile of its own, and hands it over ready to open tabs. */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'puppeteer-core'
import { createBrowserFolder, removeBrowserFolder } from './browser-folder.js'
import { loadBrowsersPackage } from './browsers-package.js'
import type { FoundBrowser } from './find.js'
import { chromiumFlags, firefoxFlags } from './flags.js'
import { createPipeTransport } from './pipe-transport.js'
import { loadPuppeteer, type Puppeteer } from './puppeteer.js'
import { type BrowserProcess, startProcess } from './start.js'
import { explainStart } from './start-error.js'

export interface LaunchOptions {
  /**
   * Run with the browser's sandbox. Default: yes, except as root, where Chromium refuses to. Without it, open only pages
   * that you trust.
   */
  sandbox?: boolean
  /** Ends the launch, not the launched browser: that is what `close()` is for. */
  signal?: AbortSignal
  /** Take certificates that nobody has signed. Default: false. */
  insecure?: boolean
  /** Further arguments for the browser. */
  args?: string[]
  /** How long it may take to answer. Default 30,000. */
  timeoutMs?: number
}

/** A browser that runs. */
export interface LaunchedBrowser {
  /** As in `FoundBrowser`. */
  name: string
  /** As the browser gives it: `156.0.8078.79`. */
  version: string
  engine: FoundBrowser['engine']
  isShell: boolean
  /** Whether its sandbox is on. Where it is not, open only pages that you trust. */
  sandbox: boolean
  puppeteer: Browser
  /** The first of its processes. */
  pid: number
  /** Resolves when the browser ends without `close()`: it crashed, or somebody killed it. */
  died: Promise<void>
  /** Resolves when all its processes and its folder are gone, within about two seconds. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * @throws SseCoordError `browser-not-found` when puppeteer-core is missing, `browser-not-started` with the reason when the
 * browser ends or does not answer. Rejects with `signal.reason` when that aborts. Nothing is left running in any case.
 */
export async function launchBrowser(found: FoundBrowser, options: LaunchOptions = {}): Promise<LaunchedBrowser> {
  const { signal, timeoutMs = 30_000, insecure = false } = options
  signal?.throwIfAborted()
  const puppeteer = await loadPuppeteer()
  const folder = await createBrowserFolder(found.executablePath)
  const sandbox = options.sandbox ?? process.getuid?.() !== 0
  let browserProcess: BrowserProcess | undefined
  const limit = new AbortController()
  try {
    const flags = {
      userDataDir: path.join(folder, 'profile'),
      sandbox,
      platform: process.platform,
      args: [
        ...(options.args ?? []),
        ...(insecure && found.engine === 'chromium' ? ['--ignore-certificate-errors'] : []),
      ],
    }
    if (found.engine === 'firefox') await createFirefoxProfile(flags.userDataDir)
    signal?.throwIfAborted()
    const args = found.engine === 'firefox' ? firefoxFlags(puppeteer, flags) : chromiumFlags(puppeteer, flags)
    browserProcess = start(found, args, folder)

    const outcome = await Promise.race([
      connect(puppeteer, found, browserProcess, insecure).catch((cause: unknown) => ({
        what: 'it did not answer as a browser does',
        cause,
      })),
      browserProcess.ended.then((what) => ({ what, cause: undefined })),
      sleep(
        timeoutMs,
        { what: `it did not answer in ${timeoutMs / 1000} s`, cause: undefined },
        { signal: limit.signal },
      ),
      aborted(signal, limit.signal),
    ])
    if (!('browser' in outcome)) {
      // A connection that breaks and the end that broke it come in any order; the end says more.
      const what = await Promise.race([browserProcess.ended, sleep(200, outcome.what, { signal: limit.signal })])
      throw explainStart(found, browserProcess.output(), what, outcome.cause)
    }
    return handOver(found, browserProcess, outcome.browser, outcome.version, sandbox)
  } catch (error) {
    if (browserProcess) await browserProcess.end()
    else await removeBrowserFolder(folder)
    throw signal?.aborted ? signal.reason : error
  } finally {
    limit.abort()
  }
}

/** Some programs that cannot be run show in `ended`; others are thrown at once, those of Windows above all. */
function start(found: FoundBrowser, args: string[], folder: string): BrowserProcess {
  try {
    return startProcess(found.executablePath, args, folder)
  } catch (error) {
    throw explainStart(found, '', error instanceof Error ? error.message : String(error), error)
  }
}

function handOver(
  found: FoundBrowser,
  browserProcess: BrowserProcess,
  puppeteer: Browser,
  version: string,
  sandbox: boolean,
): LaunchedBrowser {
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= browserProcess.end(() => puppeteer.close())
    return closing
  }
  return {
    name: found.name,
    version,
    engine: found.engine,
    isShell: found.isShell,
    sandbox,
    puppeteer,
    pid: browserProcess.pid ?? 0,
    died: new Promise((resolve) => {
      browserProcess.ended.then(() => closing ?? resolve())
    }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Rejects when `signal` aborts; `limit` takes the listener off again. */
function aborted(signal: AbortSignal | undefined, limit: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: limit })
    if (signal?.aborted) reject(signal.reason)
  })
}

/** A profile in which Firefox keeps to itself and lets itself be driven. */
async function createFirefoxProfile(folder: string): Promise<void> {
  const { createProfile } = await loadBrowsersPackage()
  await createProfile('firefox', { path: folder, preferences: {} })
}

async function connect(
  puppeteer: Puppeteer,
  found: FoundBrowser,
  started: BrowserProcess,
  insecure: boolean,
): Promise<{ browser: Browser; version: string }> {
  const browser = await reach(puppeteer, found, started, insecure)
  const version = await browser.version() // Such as `Chrome/156.0.8078.79`.
  return { browser, version: version.replace(/^[^/]*\//, '') }
}

async function reach(
  puppeteer: Puppeteer,
  found: FoundBrowser,
  { child, onLine }: BrowserProcess,
  acceptInsecureCerts: boolean,
): Promise<Browser> {
  if (found.engine === 'chromium') {
    const [, , , output, input] = child.stdio
    if (!output || !('writable' in output) || !input || !('readable' in input))
      throw new Error('No pipes to the browser.')
    return puppeteer.connect({ transport: createPipeTransport(output, input), defaultViewport: null })
  }
  const endpoint = await new Promise<string>((resolve) => {
    const stop = onLine((line) => {
      const address = /^WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line)?.[1]
      if (address === undefined) return
      stop()
      resolve(`${address}/session`)
    })
  })
  return puppeteer.connect({
    browserWSEndpoint: endpoint,
    protocol: 'webDriverBiDi',
    defaultViewport: null,
    acceptInsecureCerts,
  })
}
