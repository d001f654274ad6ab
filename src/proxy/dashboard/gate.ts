/** Who may ask the dashboard, and who may change something: exact names of host and origin, and a token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Why a request is refused. */
export interface Denial {
  status: 403 | 421
  message: string
}

/** Judges requests. */
export interface Gate {
  /** Needed for changes. */
  readonly token: string
  /** For every request: it must name this server, and come from its own page or from the address bar. */
  admits(request: IncomingMessage): Denial | undefined
  /** For changes: it must carry the token. */
  trusts(request: IncomingMessage): Denial | undefined
}

/** Makes the gate; the port is asked with each request. */
export function createGate(port: () => number, token: string = randomBytes(24).toString('base64url')): Gate {
  const expected = digest(token)
  const hosts = (): string[] => ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port()}`)

  return {
    token,
    admits({ headers, method, url }) {
      // Another name that leads here is a page elsewhere that had its name point to this machine.
      if (!hosts().includes(headers.host ?? '')) {
        return { status: 421, message: 'The dashboard answers to 127.0.0.1 and localhost only.' }
      }
      const isForeign = headers.origin !== undefined && headers.origin !== `http://${headers.host}`
      const site = headers['sec-fetch-site']
      const isFromElsewhere =
        site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink(method, url, headers)
      return isForeign || isFromElsewhere
        ? { status: 403, message: 'The dashboard answers to its own page only.' }
        : undefined
    },
    trusts({ headers }) {
      const given = /^Bearer (\S{1,200})$/.exec(headers.authorization ?? '')?.[1]
      return given !== undefined && timingSafeEqual(digest(given), expected)
        ? undefined
        : { status: 403, message: 'Changes need the token that is in the address printed at the start.' }
    },
  }
}

/** A link from elsewhere may lead to the page, and to nothing that is downloaded or stays open; nor may it fill a frame. */
function isLink(method: string | undefined, url = '', headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination = 'document' } = headers
  const isPage = (method === 'GET' || method === 'HEAD') && /^\/(\?|$)/.test(url)
  return isPage && mode === 'navigate' && destination === 'document'
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
