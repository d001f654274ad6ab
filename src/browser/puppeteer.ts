/**
 * Loads puppeteer-core, an optional dependency, when a browser is needed and not before: apps that use the coordinator
 * or the server kit alone leave it out.
 */
import { SseCoordError } from '../error.js'

/** What we use of the package. Starting the browser is ours (start.ts), so that its whole life is. */
export type Puppeteer = Pick<typeof import('puppeteer-core'), 'connect' | 'defaultArgs'>

/**
 * @throws SseCoordError `browser-not-found` when puppeteer-core is not installed; `hint` is the line that installs it.
 */
export async function loadPuppeteer(): Promise<Puppeteer> {
  try {
    const { connect, defaultArgs } = await import('puppeteer-core')
    return { connect, defaultArgs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new SseCoordError('browser-not-found', 'puppeteer-core, which drives the browser, is not installed.', {
      hint: 'npm i puppeteer-core',
      cause: error,
    })
  }
}
