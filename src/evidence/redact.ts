/**
 * Takes secrets out of what is shown or stored: URLs and headers. A report is pasted into issues, a recording is
 * committed; neither may carry a key.
 */

/** Stands where a secret stood. */
export const redacted = '***'

/** Words that make a name one of a secret: `access_token`, `X-Api-Key`, `sessionId`. */
const secretWords = new Set(
  (
    'token tokens jwt key apikey sig signature ticket session sessionid sid secret password passwd passphrase pass pwd ' +
    'auth authorization credential credentials bearer otp accesstoken idtoken refreshtoken cookie csrf xsrf'
  ).split(' '),
)

/** Headers whose names hold such a word and that are no secret. */
const harmlessHeaders = new Set([
  'sec-websocket-key',
  'idempotency-key',
  'surrogate-key',
  'www-authenticate',
  'access-control-allow-credentials',
])

/** Headers that hold a URL. */
const urlHeaders = new Set(['location', 'content-location', 'referer'])

/** Three parts of base64url, the first of which is JSON: a JSON Web Token. */
const webToken = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g

/** Whether a parameter or field of this name is taken for a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
  return words.some((word) => secretWords.has(word)) || secretWords.has(words.join(''))
}

/** Whether a header of this name identifies the user. */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name) && !harmlessHeaders.has(name.toLowerCase())
}

/** A URL without user, password, and the values of parameters that are secrets; otherwise letter by letter as it was. */
export function redactUrl(url: string | URL): string {
  const [start = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(String(url))?.slice(1) ?? []
  return (
    start.replace(
      /^([a-z][a-z\d+.-]*:)?\/\/[^/\\]*@/i,
      (_all, scheme: string | undefined) => `${scheme ?? ''}//${redacted}@`,
    ) +
    redactParameters(query) +
    redactParameters(fragment)
  ).replace(webToken, redacted)
}

/** Headers with the values of secret ones taken out: of `Authorization` the scheme stays, of cookies the name. */
export function redactHeaders(headers: readonly (readonly [name: string, value: string])[]): [string, string][] {
  return headers.map(([name, value]) => [name, redactHeader(name.toLowerCase(), value)])
}

function redactHeader(name: string, value: string): string {
  if (urlHeaders.has(name)) return redactUrl(value)
  if (!isSecretHeader(name)) return value.replace(webToken, redacted)
  if (name === 'authorization' || name === 'proxy-authorization') {
    const scheme = /^([a-z\d-]{1,20}) +\S/i.exec(value)?.[1]
    return scheme ? `${scheme} ${redacted}` : redacted
  }
  if (name === 'set-cookie') return value.replace(/^([^=;]*)=[^;]*/, `$1=${redacted}`).replace(/^[^=]*$/, redacted)
  if (name === 'cookie') return value.replace(/([^=;]*)=[^;]*/g, `$1=${redacted}`).replace(/^[^=]*$/, redacted)
  return redacted
}

/** A query or a fragment, its first character with it. */
function redactParameters(text: string): string {
  return text.replace(/([?#&;])([^=&;]*)=([^&;]*)/g, (all, before: string, name: string) =>
    isSecretName(decode(name)) ? `${before}${name}=${redacted}` : all,
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
