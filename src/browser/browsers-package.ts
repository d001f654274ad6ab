/**
 * Loads `@puppeteer/browsers`, which comes with puppeteer-core: it downloads Chrome for Testing and makes profiles for
 * Firefox. It is found from puppeteer-core's own place, since only that depends on it.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { loadPuppeteer } from './puppeteer.js'

/** What we use of the package. */
export interface BrowsersPackage {
  createProfile(browser: 'firefox', options: { path: string; preferences: Record<string, unknown> }): Promise<void>
}

/** Where the package's entry lies, as a file URL, for a thread that imports it itself. */
export async function locateBrowsersPackage(): Promise<string> {
  await loadPuppeteer()
  const core = createRequire(import.meta.url).resolve('puppeteer-core')
  return pathToFileURL(createRequire(core).resolve('@puppeteer/browsers')).href
}

/**
 * @throws SseCoordError `browser-not-found` when puppeteer-core is not installed.
 */
export async function loadBrowsersPackage(): Promise<BrowsersPackage> {
  return (await import(await locateBrowsersPackage())) as BrowsersPackage
}

/** The Chrome that this puppeteer-core was made for: a version such as `148.0.7778.97`. */
export async function readPinnedChrome(): Promise<string> {
  // Exported, and missing from the package's types.
  const { PUPPETEER_REVISIONS } = (await import('puppeteer-core')) as unknown as {
    PUPPETEER_REVISIONS: { chrome: string }
  }
  return PUPPETEER_REVISIONS.chrome
}
