/** Three engines behind one small face, so that one contract can be held against all of them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { freePort } from '../support/free-port.js'
import { endings, launchChromium, until } from './coordinator-tabs.js'

/** One tab. */
export interface EngineTab {
  goto(url: string): Promise<void>
  /** Runs the body of a function in the page. */
  run<T>(body: string): Promise<T>
  show(): Promise<void>
  close(): Promise<void>
  /** Blocks the page's main thread. */
  hang(ms: number): Promise<void>
  /** Kills the page's process. This and the next two are undefined where the engine has no command for them. */
  crash?: () => Promise<void>
  freeze?: () => Promise<void>
  unfreeze?: () => Promise<void>
  back(): Promise<void>
}

/** One browser. */
export interface Engine {
  /** Whether its tabs can be told to crash and to freeze. */
  commandsTabs: boolean
  newTab(): Promise<EngineTab>
  close(): Promise<void>
}

const webDriver = '/usr/bin/WebKitWebDriver'
const screenServer = '/usr/bin/Xvfb'

/** The engines, and why one of them cannot run here. */
export const engines: { name: string; missing: string | undefined; start: () => Promise<Engine> }[] = [
  {
    name: 'Chromium',
    missing: missing('/usr/bin/chromium'),
    start: async () => overPuppeteer(await launchChromium(), true),
  },
  {
    name: 'Firefox',
    missing: missing('/usr/bin/firefox-esr'),
    start: async () =>
      overPuppeteer(
        await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true }),
        false,
      ),
  },
  {
    name: 'WebKit',
    missing: missing(webDriver) ?? missing(screenServer) ?? (miniBrowser() ? undefined : 'no MiniBrowser'),
    start: startWebKit,
  },
]

function missing(path: string): string | undefined {
  return existsSync(path) ? undefined : `${path} is not installed`
}

function overPuppeteer(browser: Browser, isChromium: boolean): Engine {
  return {
    commandsTabs: isChromium,
    async newTab() {
      const page: Page = await browser.newPage()
      return {
        goto: async (url) => void (await page.goto(url)),
        run: <T>(body: string) => page.evaluate(`(() => { ${body} })()`) as Promise<T>,
        show: () => page.bringToFront(),
        close: () => page.close(),
        hang: async (ms) => void (await endings.hang(page, ms)),
        back: async () => void (await page.goBack()),
        ...(isChromium && {
          crash: async () => void (await endings.crash(page)),
          freeze: async () => void (await endings.freeze(page)),
          unfreeze: async () => void (await endings.unfreeze(page)),
        }),
      }
    },
    close: () => browser.close(),
  }
}

function miniBrowser(): string | undefined {
  return ['x86_64', 'aarch64']
    .flatMap((machine) =>
      ['4.1', '4.0'].map((version) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`),
    )
    .find(existsSync)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await gone
}

async function startWebKit(): Promise<Engine> {
  const display = `:${90 + (process.pid % 400)}`
  const screen = spawn(screenServer, [display, '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], { stdio: 'ignore' })
  await until(() => existsSync(`/tmp/.X11-unix/X${display.slice(1)}`), 'the X server listens')
  const port = await freePort()
  const driver = spawn(webDriver, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      NO_AT_BRIDGE: '1',
      GIO_USE_PROXY_RESOLVER: 'direct',
    },
  })

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(20_000),
    })
    const { value } = (await response.json()) as { value: T & { error?: string; message?: string } }
    if (value?.error) throw new Error(`${value.error}: ${value.message}`)
    return value
  }

  await until(
    () =>
      call('GET', '/status').then(
        () => true,
        () => false,
      ),
    'the WebDriver answers',
  )
  const { sessionId } = await call<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] } } },
  })
  const at = (path: string) => `/session/${sessionId}${path}`
  const first = await call<string>('GET', at('/window'))
  // WebDriver speaks to one tab at a time: one command after the other.
  let last: Promise<unknown> = Promise.resolve()
  function inTab<T>(handle: string, method: string, path: string, body?: unknown): Promise<T> {
    const next = last.then(async () => {
      await call('POST', at('/window'), { handle })
      return call<T>(method, at(path), body)
    })
    last = next.catch(() => {})
    return next
  }

  return {
    commandsTabs: false,
    async newTab() {
      const opened = last.then(async () => {
        await call('POST', at('/window'), { handle: first })
        return call<{ handle: string }>('POST', at('/window/new'), { type: 'tab' })
      })
      last = opened.catch(() => {})
      const { handle } = await opened
      const run = <T>(script: string) => inTab<T>(handle, 'POST', '/execute/sync', { script, args: [] })
      return {
        goto: (url) => inTab(handle, 'POST', '/url', { url }),
        run,
        show: async () => void (await run('return 1')),
        close: () => inTab(handle, 'DELETE', '/window'),
        hang: (ms) => run(`setTimeout(() => { const until = Date.now() + ${ms}; while (Date.now() < until); }, 0)`),
        back: () => inTab(handle, 'POST', '/back', {}),
      }
    },
    async close() {
      await call('DELETE', at('')).catch(() => {})
      await stop(driver)
      await stop(screen)
    },
  }
}
