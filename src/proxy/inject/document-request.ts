/** Which requests ask for a page of a tab, and how they are changed so that the answer can be. */
import type { IncomingMessage } from 'node:http'
import { decodableOnly } from './decode-body.js'

/** What would make the answer one without a body, or with a part of it. */
const conditional = ['if-none-match', 'if-modified-since', 'range', 'if-range']

/**
 * Whether a request is for the document of a tab. Browsers say so to servers that they trust, localhost among them; without
 * their word, whoever accepts HTML and is no script counts.
 */
export function asksForDocument({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'POST') return false
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined) return destination === 'document'
  const accept = headers.accept?.toLowerCase() ?? ''
  return accept.includes('text/html') && headers['x-requested-with'] === undefined
}

/** Has the target send the whole document, in an encoding that can be undone. */
export function askForWhole({ headers }: IncomingMessage): void {
  for (const name of conditional) delete headers[name]
  headers['accept-encoding'] = decodableOnly(headers['accept-encoding'] as string | undefined)
}
