/**
 * Header fields that concern one connection and are not passed on. RFC 9110, section 7.6.1. `Trailer` passes, since the
 * trailers do.
 */

const alwaysHopByHop = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

const isAlwaysHopByHop = (name: string): boolean => alwaysHopByHop.has(name.toLowerCase())

/** Whether a field, named in any case, is not to be passed on; `connection` is the message's own Connection field. */
export function hopByHopTest(connection: string | undefined): (name: string) => boolean {
  if (connection === undefined || /^(keep-alive|close)$/i.test(connection)) return isAlwaysHopByHop
  const named = new Set(connection.split(',').map((option) => option.trim().toLowerCase()))
  named.delete('content-length') // whoever names it would have its body taken for none
  return (name) => {
    const lower = name.toLowerCase()
    return alwaysHopByHop.has(lower) || named.has(lower)
  }
}

/** Raw headers (name, value, name, value, …) without those that are not to be passed on. */
export function withoutHopByHop(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const isHopByHop = hopByHopTest(connection)
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!isHopByHop(name)) kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}

/** Raw headers or trailers as pairs. */
export function rawPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? ''])
  return pairs
}
