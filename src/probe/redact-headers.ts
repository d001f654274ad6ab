/** Takes secrets out of response headers before they are kept. */
import { redactUrl } from '../evidence/redact-url.js'

const secretHeaders =
  /^(set-cookie|authorization|proxy-authorization|x-api-key|x-auth-token|x-csrf-token|www-authenticate)$/
/** Headers kept of one response, and characters of one value. */
const mostHeaders = 100
const mostCharacters = 500

export function redactHeaders(headers: readonly [string, string][]): [string, string][] {
  return headers.slice(0, mostHeaders).map(([name, value]) => {
    if (secretHeaders.test(name)) return [name, '***']
    if (name === 'location') return [name, redactUrl(value)]
    return [name, value.slice(0, mostCharacters)]
  })
}
