/** Takes out of an answer what the request itself kept secret: servers repeat tokens in their error pages. */
import type { StreamRequest } from '../client/index.js'
import { isSecretHeader, isSecretParameter, redacted } from '../evidence/redact.js'

/** Shorter ones are words that stand in any text, `Bearer` among them. */
const leastLength = 8

/** What hides the secrets of a request in a text. */
export function hideSecretsOf({ url, headers = [] }: StreamRequest): (text: string) => string {
  const inQuery = [...url.searchParams]
    .filter(([name, value]) => isSecretParameter(name, value))
    .map(([, value]) => value)
  const inHeaders = headers.filter(([name]) => isSecretHeader(name)).flatMap(([, value]) => partsOf(value))
  const secrets = [...inQuery, ...inHeaders, url.password]
    .filter((secret) => secret.length >= leastLength)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    // The longest first, as it may hold another.
    .sort((one, other) => other.length - one.length)
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, redacted), text)
}

/** `Bearer abc`, `sid=abc; theme=dark`: each on its own, and the whole. */
function partsOf(value: string): string[] {
  return [value, ...value.split(/[\s;,]+/).flatMap((part) => [part, part.slice(part.indexOf('=') + 1)])]
}
