/** Header fields are bounded in bytes (16 KiB, by Node). Beyond a number of them Node drops the rest without a word. */
import type { ClientRequest, Server } from 'node:http'
import type { Http2SecureServer } from 'node:http2'

/** Has a server, or a request, keep all: a field that frames the body or names the sender must not be lost behind 2000 others. */
export function unlimitHeaders(reader: Server | Http2SecureServer | ClientRequest): void {
  Object.assign(reader, { maxHeadersCount: 0 })
}
