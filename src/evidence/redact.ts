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
    'auth authorization credential credentials bearer otp hmac accesstoken idtoken refreshtoken cookie csrf xsrf'
  ).split(' '),
)

/** The same words at the end of names that are written without a break: `clientsecret`, `XSRFTOKEN`. */
const secretEnding =
  /(?:token|jwt|secret|password|passwd|apikey|accesskey|privatekey|secretkey|signature|sessionid|credentials?)$/

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

/**
 * Three parts of base64url, the first of which is JSON: a JSON Web Token, and what stands before it in its first part. That there
 * is a second part is asked before anything else, or a long text without one would be read again from each of its letters.
 */
const webToken = /(?<![\w-])(?=[\w-]+\.[\w-]+\.)([\w-]*?)\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g

/** Where a parameter begins: in a path, a query or a fragment, also of a URL within another, and encoded once more in there. */
const plainName = /[?#&;]([^=&;?#]*)=/g
const encodedName = /%(?:3f|26|23)((?:(?!%(?:3f|26|23|3d))[^=&;?#])*)%3d/gi

/** Whether a parameter or field of this name is taken for a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
  const whole = words.join('')
  return words.some((word) => secretWords.has(word)) || secretWords.has(whole) || secretEnding.test(whole)
}

/** Whether a header of this name identifies the user. */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name) && !harmlessHeaders.has(name.toLowerCase())
}

/** A URL without user, password, and the values of parameters that are secrets; otherwise letter by letter as it was. */
export function redactUrl(url: string | URL): string {
  const [start = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(String(url))?.slice(1) ?? []
  return redactText(start.replace(/\/\/[^/\\]+@/g, `//${redacted}@`) + rest)
}

/** A text in which URLs may stand: their users, passwords and secret parameters taken out. */
function redactText(text: string): string {
  return redactParameters(text.replace(/:\/\/[^/\\?#\s<>"]+@/g, `://${redacted}@`)).replace(webToken, `$1${redacted}`)
}

/** Headers with the values of secret ones taken out: of `Authorization` the scheme stays, of cookies the name. */
export function redactHeaders(headers: readonly (readonly [name: string, value: string])[]): [string, string][] {
  return headers.map(([name, value]) => [name, redactHeader(name.toLowerCase(), value)])
}

function redactHeader(name: string, value: string): string {
  if (urlHeaders.has(name)) return redactUrl(value)
  // Browsers can send a WebSocket no header of their own, so tokens go here, in the company of names such as graphql-ws.
  if (name === 'sec-websocket-protocol') return redactText(value).replace(/[^\s,]{33,}/g, redacted)
  if (!isSecretHeader(name)) return redactText(value)
  if (name === 'authorization' || name === 'proxy-authorization') {
    const scheme = /^([a-z\d-]{1,20}) +\S/i.exec(value)?.[1]
    return scheme ? `${scheme} ${redacted}` : redacted
  }
  if (name === 'set-cookie') return value.replace(/^([^=;]*)=[^;]*/, `$1=${redacted}`).replace(/^[^=]*$/, redacted)
  if (name === 'cookie') return value.replace(/(^|;)([^=;]*)=[^;]*/g, `$1$2=${redacted}`).replace(/^[^=]*$/, redacted)
  return redacted
}

function redactParameters(text: string): string {
  return redactValues(redactValues(text, plainName, /[&;#]/g), encodedName, /%26|%23|[&;#]/gi)
}

/** Takes out what follows a secret's name, up to `end`; looks at each character once, as a URL may be long and of a stranger. */
function redactValues(text: string, name: RegExp, end: RegExp): string {
  let shown = ''
  let from = 0
  name.lastIndex = 0
  for (let found = name.exec(text); found; found = name.exec(text)) {
    if (!isSecretName(decode(found[1] ?? ''))) continue
    shown += text.slice(from, name.lastIndex) + redacted
    end.lastIndex = name.lastIndex
    from = end.exec(text)?.index ?? text.length
    name.lastIndex = from
  }
  return shown + text.slice(from)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
