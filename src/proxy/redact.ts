/** Takes secrets out of what is shown, written down or passed on. */

/** What stands in the place of a secret. */
export const redacted = '***'

/** Query fields whose value is a secret, by the ending of their name. */
const secretField =
  /(^|[_.-])(token|jwt|key|apikey|secret|password|passwd|pwd|signature|sig|ticket|session|sid|auth|code|credential)s?$/i
/** The same in names that join their words: `accessToken`. */
const secretJoined = /[a-z](Token|Jwt|Key|Secret|Password|Signature|Sig|Ticket|Session|Sid|Auth|Code|Credential)s?$/

/** Headers whose value is a secret. */
const secretHeaders = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
  'x-xsrf-token',
])

/** The name and the value of a header, without its secret. Cookies keep their names. */
export function redactHeader(name: string, value: string): string {
  const lower = name.toLowerCase()
  if (lower === 'cookie') return value.replace(/=[^;]*/g, `=${redacted}`)
  if (lower === 'set-cookie') return value.replace(/^([^=;]*)=[^;]*/, `$1=${redacted}`)
  if (lower === 'location' || lower === 'referer') return redactUrl(value)
  return secretHeaders.has(lower) || isSecretField(lower) ? redacted : value
}

/** A URL, whole or only path and query, without the secrets in its query, its fragment and its user's name. */
export function redactUrl(url: string): string {
  return url
    .replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#@]*@/i, `$1${redacted}@`)
    .replace(/([?&#;])([^=&#;]*)=([^&#;]*)/g, (whole, before: string, name: string, value: string) =>
      value !== '' && isSecretField(decode(name)) ? `${before}${name}=${redacted}` : whole,
    )
}

/** Whether a field of that name carries a secret. */
export function isSecretField(name: string): boolean {
  return secretField.test(name) || secretJoined.test(name)
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
