/** Which pages may be opened in a browser that runs without its sandbox. */
import { SseCoordError } from '../error.js'
import { isLoopback } from '../evidence/loopback.js'
import type { LaunchedBrowser } from './launch.js'

/**
 * @throws SseCoordError `bad-target` when `url` is no address of a page, `bad-option` when the browser has no sandbox (as root
 * it cannot have one), the page is not on this machine, and nobody has said that it is trusted.
 */
export function expectTrusted(
  browser: Pick<LaunchedBrowser, 'engine' | 'name' | 'sandbox'>,
  url: string,
  trusted: boolean,
): void {
  expectPage(url)
  if (trusted || browser.engine === 'firefox' || browser.sandbox || isLoopback(new URL(url).hostname)) return
  throw new SseCoordError(
    'bad-option',
    `${browser.name} runs without its sandbox here, as it must for root, and ${new URL(url).host} is not this machine.`,
    { hint: 'Run as another user, or add --no-sandbox if you trust the page.' },
  )
}

/** @throws SseCoordError `bad-target` when `url` is not the address of a page on a web server. */
export function expectPage(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return
  throw new SseCoordError('bad-target', `“${url}” is not the address of a page.`, {
    hint: 'Give it in full, as in http://localhost:3000/.',
  })
}
