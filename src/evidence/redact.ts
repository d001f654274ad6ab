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
    'auth authorization credential credentials bearer otp hmac accesstoken idtoken refreshtoken cookie csrf xsrf ' +
    'assertion samlresponse'
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

/** Words of names whose values are secrets of a sign-in, as `code` and `state` of OAuth, or say something to people: `code=DE`. */
const signInWords = new Set(['code', 'state', 'nonce', 'verifier', 'challenge'])

const mostPlain = 64

/** What people write: `404`, `DE`, `en-US`, `in_progress`, `inProgress`. What is made by chance has digits, or more letters. */
const plainValue =
  /^(|\d{1,3}|([A-Z]{1,3}|[A-Z]?[a-z]{1,12}([A-Z][a-z]{2,11}){0,3})([-_. +]([A-Z]{1,3}|[A-Z]?[a-z]{1,12})){0,3})$/

/** Where a parameter begins: in a path, a query or a fragment, also of a URL within another, and encoded once more in there. */
const plainName = /[?#&;]([^=&;?#]*)=/g
const encodedName = /%(?:3f|26|23)((?:(?!%(?:3f|26|23|3d))[^=&;?#])*)%3d/gi

/** Whether a parameter or field of this name is taken for a secret. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  const whole = words.join('')
  return words.some((word) => secretWords.has(word)) || secretWords.has(whole) || secretEnding.test(whole)
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
}

/** Whether a parameter is taken for a secret; `code` and the like only where nobody would write such a value. */
export function isSecretParameter(name: string, value: string): boolean {
  return isSecretName(name) || (isOfSignIn(name) && !isPlain(value))
}

function isOfSignIn(name: string): boolean {
  return wordsOf(name).some((word) => signInWords.has(word))
}

function isPlain(value: string): boolean {
  return value.length <= mostPlain && plainValue.test(value)
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
  return redactParameters(text.replace(/:\/\/[^/\\?#\s<>"]+@/g, `://${redacted}@`)).replace(
    /%?[\w.-]+/g,
    withoutWebToken,
  )
}

/**
 * Without a JSON Web Token: three parts of base64url or more, the first of which is JSON, from the beginning of a word on.
 * Reads each part once.
 */
function withoutWebToken(run: string): string {
  if (!run.includes('eyJ')) return run
  const parts = run.split('.')
  for (const [index, part] of parts.slice(0, -2).entries()) {
    const found = /(?:^(?:%[\dA-Fa-f]{2})?|[-_])eyJ[\w-]{8}/.exec(part)
    if (!found || !parts[index + 1]) continue
    return [...parts.slice(0, index), part.slice(0, part.indexOf('eyJ', found.index)) + redacted].join('.')
  }
  return run
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
    const parameter = decode(found[1] ?? '')
    const isAlways = isSecretName(parameter)
    if (!isAlways && !isOfSignIn(parameter)) continue
    const begins = name.lastIndex
    end.lastIndex = begins
    const ends = end.exec(text)?.index ?? text.length
    if (!isAlways && isPlain(decode(text.slice(begins, ends)))) continue
    shown += text.slice(from, begins) + redacted
    from = ends
    name.lastIndex = ends
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
