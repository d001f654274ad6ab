/** Completes the head of a request: what every server needs, and what a browser would say of itself. */
import { unescape as decodeLeniently } from 'node:querystring'
import { SseCoordError } from '../error.js'
import { tool } from '../package.js'
import { eventStreamMediaType } from '../sse/encode.js'
import type { HeaderPair, StreamRequest } from './stream-request.js'

/** A request as it is written. */
export interface RequestHead {
  method: string
  /** Path and query. */
  path: string
  /** The value of `Host`, or of `:authority`. */
  authority: string
  /** All headers but `Host`. */
  headers: HeaderPair[]
  body: Uint8Array | undefined
}

const encoder = new TextEncoder()
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const forbiddenInValue = /[^\t\x20-\x7e\x80-\xff]/

/** @throws SseCoordError `bad-option` for a URL, method or header that HTTP cannot carry */
export function completeHead(request: StreamRequest): RequestHead {
  const { url, method = 'GET', headers = [], body } = request
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SseCoordError('bad-option', `A stream has a URL that begins with http: or https:, not ${url.protocol}`)
  }
  if (!token.test(method)) throw new SseCoordError('bad-option', `'${method}' is no HTTP method.`)
  for (const [name, value] of headers) {
    if (!token.test(name)) throw new SseCoordError('bad-option', `'${name}' is no name of a header.`)
    if (forbiddenInValue.test(value)) {
      throw new SseCoordError('bad-option', `The value of the header ${name} holds characters that HTTP cannot carry.`)
    }
  }
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const has = (name: string) => headers.some(([other]) => other.toLowerCase() === name)
  const added: [string, string][] = []
  const add = (name: string, value: string) => {
    if (!has(name.toLowerCase())) added.push([name, value])
  }
  add('Accept', eventStreamMediaType)
  add('Cache-Control', 'no-cache')
  add('User-Agent', `${tool.name}/${tool.version}`)
  if (url.username !== '' || url.password !== '') add('Authorization', basic(url))
  if (bytes) add('Content-Length', String(bytes.length))
  return {
    method,
    path: url.pathname + url.search,
    authority: headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? url.host,
    headers: [...headers.filter(([name]) => name.toLowerCase() !== 'host'), ...added],
    body: bytes,
  }
}

/** A per cent sign that begins no escape stands for itself, as in browsers. */
function basic({ username, password }: URL): string {
  const pair = `${decodeLeniently(username)}:${decodeLeniently(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
