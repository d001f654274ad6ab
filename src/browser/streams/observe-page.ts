/** The streams of a page that somebody else has opened, seen in the way that its library and its browser allow. */
import type { CDPSession, Page } from 'puppeteer-core'
import { SseCoordError } from '../../error.js'
import type { PageLike } from '../page-like.js'
import { observeSession, observeStreams, type StreamObserver } from './observe-streams.js'
import { blindSpotsOfFirefox, observeStreamsBidi } from './observe-streams-bidi.js'
import { blindSpotsOfScript, observeStreamsByScript, type ScriptablePage } from './observe-streams-script.js'

/** What Puppeteer's and Playwright's pages are known by. */
interface AnyPage {
  createCDPSession?: () => Promise<CDPSession>
  browser?: () => { protocol?: string } | null
  context?: () => { newCDPSession?: (page: unknown) => Promise<CDPSession> }
  exposeBinding?: unknown
  addInitScript?: unknown
}

const ofOnePage = ['The page alone is seen: no streams of shared workers and service workers.']
const ofPlaywright = [
  ...ofOnePage,
  'Playwright starts workers itself: who opened a stream in a worker may stay unknown, and one that is opened as the worker starts may be missed.',
]

/**
 * Begins to observe; what this way cannot show is in `blindSpots`, in sentences.
 *
 * @throws SseCoordError when it is no page of theirs.
 */
export async function observePage(page: PageLike): Promise<{ observer: StreamObserver; blindSpots: string[] }> {
  const any = page as AnyPage
  if (typeof any.createCDPSession === 'function') {
    const isBidi = any.browser?.()?.protocol === 'webDriverBiDi'
    if (isBidi) return { observer: await observeStreamsBidi(page as Page), blindSpots: [...blindSpotsOfFirefox] }
    return { observer: await observeStreams(page as Page), blindSpots: ofOnePage }
  }
  if (typeof any.context === 'function' && typeof any.addInitScript === 'function') {
    // Browsers other than Chromium refuse.
    const session = await any
      .context()
      .newCDPSession?.(page)
      ?.catch(() => undefined)
    if (session) return { observer: await observeSession(session, 'page'), blindSpots: ofPlaywright }
    const observer = await observeStreamsByScript(page as PageLike & ScriptablePage)
    return { observer, blindSpots: [...blindSpotsOfScript] }
  }
  throw new SseCoordError('bad-option', 'page must be a page of Playwright or Puppeteer.', {
    hint: 'Give the page itself, not its context or browser.',
  })
}
