/** The script itself, under a path of the proxied origin that is ours. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { packageRoot } from '../../package.js'

/** Where the script lies on each proxied origin. */
export const scriptPath = '/__sse-coord/coordinator.js'

/** Serves the script. */
export interface ServedScript {
  send(request: IncomingMessage, response: ServerResponse): void
}

/** Reads the built coordinator. Its tag leaves the document once it has run, so that the app finds its own markup. */
export async function loadScript(): Promise<ServedScript> {
  const coordinator = await readFile(new URL('dist/coordinator.global.js', packageRoot), 'utf8')
  const body = Buffer.from(`${coordinator}\ndocument.currentScript?.remove()\n`)
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`
  const headers = {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache', // asked for each time, so that the documents that run it can be counted
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    etag,
  }
  return {
    send(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD' }).end()
      } else if (request.headers['if-none-match'] === etag) {
        response.writeHead(304, headers).end()
      } else {
        response.writeHead(200, { ...headers, 'content-length': body.length })
        response.end(request.method === 'HEAD' ? undefined : body)
      }
    },
  }
}
