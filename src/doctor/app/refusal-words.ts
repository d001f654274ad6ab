/** What a refusal means to the page, and what to do about it. */
import type { Fix } from '../check.js'

interface RefusalWords {
  said: string
  why: string
  fix: Fix
}

const closedForGood = 'The EventSource is closed for good, with one error event that does not say why.'

/**
 * @param refusal as `refusalOf` tells it, after `lost: ` for a stream that had been open
 * @param page the address of the page that asked
 */
export function refusalWords(refusal: string, page: string): RefusalWords {
  const [, kind = '', what = ''] = /^(\w+): ?(.*)$/.exec(refusal) ?? []
  if (kind === 'cors') {
    const origin = URL.canParse(page) ? new URL(page).origin : page
    const snippet = `res.setHeader('Access-Control-Allow-Origin', '${origin}')`
    return { said: `refused by CORS (${what})`, why: closedForGood, fix: { stack: 'server of the stream', snippet } }
  }
  if (kind === 'blocked') return blockedWords(what)
  if (kind === 'lost') return lostWords(what)
  if (refusal.startsWith('net::')) {
    const why = 'The EventSource asks again every few seconds, for ever, and shows its user nothing.'
    const snippet = 'Start the server of the stream, or correct the address in the page.'
    return { said: refusal.slice('net::'.length), why, fix: { stack: 'server', snippet } }
  }
  const snippet = 'npx sse-coord doctor with the address of the stream says more.'
  return { said: refusal, why: closedForGood, fix: { stack: 'server', snippet } }
}

function lostWords(what: string): RefusalWords {
  return {
    said: `was open, and then, when it came back, ${what}`,
    why: 'An EventSource that comes back to anything but its stream is closed for good: the page is silent until it is reloaded.',
    fix: {
      stack: 'browser',
      snippet:
        "import { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url, { reconnectOnError: true })",
    },
  }
}

function blockedWords(what: string): RefusalWords {
  if (what === 'csp') {
    return {
      said: 'blocked by the Content-Security-Policy of the page',
      why: 'No request leaves the page. EventSource falls under connect-src, and where that is missing under default-src.',
      fix: { stack: 'page', snippet: "Content-Security-Policy: connect-src 'self' https://api.example" },
    }
  }
  if (what === 'mixed-content') {
    return {
      said: 'blocked as mixed content: the page came over https:, the stream is http:',
      why: 'No request leaves the page.',
      fix: { stack: 'page', snippet: "new EventSource('/events')  // of the page's own origin, by the proxy in front" },
    }
  }
  const snippet = 'See the console of the browser; an extension that blocks may be what says no.'
  return { said: `blocked (${what})`, why: 'No request leaves the page.', fix: { stack: 'browser', snippet } }
}
