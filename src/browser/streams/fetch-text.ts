/** Fetches a script or a source map as text, within bounds: 10 s, 32 MiB, three redirects, and no error thrown. */
import http from 'node:http'
import https from 'node:https'

const timeoutMs = 10_000
const mostBytes = 32 * 1024 * 1024
const mostRedirects = 3

export interface FetchTextOptions {
  /** Sent to the origin of the first address only. */
  headers?: Record<string, string>
  /** Take certificates that nobody has signed. */
  insecure?: boolean
  signal?: AbortSignal
}

/** An answer with status 200. */
export interface FetchedText {
  /** Where it came from in the end. */
  url: string
  text: string
  contentType: string
  /** What the `SourceMap` header names. */
  sourceMap: string | undefined
}

/** Undefined where there is no such text, for whatever reason. */
export async function fetchText(url: string, options: FetchTextOptions = {}): Promise<FetchedText | undefined> {
  let next = url
  for (let step = 0; step <= mostRedirects; step++) {
    const headers = sameOrigin(url, next) ? options.headers : {}
    const answer = await get(next, { ...options, headers: headers ?? {} }).catch(() => undefined)
    if (!answer || !('location' in answer)) return answer
    if (!URL.canParse(answer.location, next)) return undefined
    next = new URL(answer.location, next).href
  }
  return undefined
}

function get(url: string, options: FetchTextOptions): Promise<FetchedText | { location: string }> {
  const { insecure = false, headers = {}, signal } = options
  const isSecure = url.startsWith('https:')
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(timeoutMs)
    const request = (isSecure ? https : http).get(url, {
      agent: false,
      headers: { accept: '*/*', 'accept-encoding': 'identity', ...headers },
      rejectUnauthorized: !insecure,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const { statusCode = 0, headers: answered } = response
      if (statusCode >= 300 && statusCode < 400 && answered.location) {
        response.destroy()
        resolve({ location: answered.location })
        return
      }
      if (statusCode !== 200) {
        response.destroy()
        reject(new Error(`${url} answered ${statusCode}`))
        return
      }
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes > mostBytes) response.destroy(new Error(`${url} is larger than ${mostBytes} bytes`))
      })
      response.on('error', reject)
      response.on('end', () => {
        const sourceMap = answered.sourcemap ?? answered['x-sourcemap']
        resolve({
          url,
          text: Buffer.concat(chunks).toString('utf8'),
          contentType: answered['content-type'] ?? '',
          sourceMap: Array.isArray(sourceMap) ? sourceMap[0] : sourceMap,
        })
      })
    })
  })
}

function sameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin
}
