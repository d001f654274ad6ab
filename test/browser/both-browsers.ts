/** What holds in Chromium and in Firefox alike: how to launch them, and a small app for their tabs. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import puppeteer, { type Browser } from 'puppeteer-core'
import { launchChromium } from './coordinator-tabs.js'

const launchFirefox = (): Promise<Browser> =>
  puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true })

/** Program and how to launch it, for `describe.each`. */
export const bothBrowsers = [
  ['chromium', () => launchChromium()],
  ['firefox-esr', launchFirefox],
] as const

/** An app on a port of its own. */
export interface App {
  url: string
  /** Cuts its connections, streams too. */
  close(): void
}

export async function startApp(listener: RequestListener): Promise<App> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
