/** With which arguments a browser is started. */
import type { Puppeteer } from './puppeteer.js'

/** Arguments of puppeteer that keep hidden tabs from being throttled; in real life they are. */
const unreal = [
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
]

/** More than any run opens, so that each tab has a renderer of its own: one that hangs or crashes takes no other along. */
const mostRenderers = 100

/** Keeps no pages ready behind the address bar of each window: nobody types there, and each costs as much as a tab. */
export const noAddressBarPages = '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup'

export interface FlagOptions {
  userDataDir: string
  sandbox: boolean
  platform: NodeJS.Platform
  /** Further arguments, at the end, where they win. */
  args: string[]
}

/** Arguments for Chrome and its kin, without a window, spoken to through a pipe. */
export function chromiumFlags(puppeteer: Puppeteer, { userDataDir, sandbox, platform, args }: FlagOptions): string[] {
  const own = [
    '--remote-debugging-pipe',
    '--disable-gpu',
    // QUIC has no limit of six, and none of our servers speak it.
    '--disable-quic',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--renderer-process-limit=${mostRenderers}`,
    noAddressBarPages,
    ...(platform === 'linux' ? ['--disable-dev-shm-usage'] : []),
    ...(sandbox ? [] : ['--no-sandbox']),
    ...args,
  ]
  return [...new Set(puppeteer.defaultArgs({ browser: 'chrome', headless: true, userDataDir, args: own }))].filter(
    (flag) => !unreal.includes(flag),
  )
}

/** Arguments for Firefox; it has no pipe, so it listens on a port of the loopback address that it picks itself. */
export function firefoxFlags(puppeteer: Puppeteer, { userDataDir, args }: FlagOptions): string[] {
  const own = ['--remote-debugging-port=0', ...args]
  return puppeteer.defaultArgs({ browser: 'firefox', headless: true, userDataDir, args: own })
}
