/** The URL of a stream, as people type it: one rule for all commands that take one. */
import { SseCoordError } from '../../error.js'
import { redactUrl } from '../../evidence/redact.js'

/** `localhost:3000/events`, `127.0.0.1`, `[::1]:3000`, `:3000/events`. */
const ofThisMachine = /^(?=.)(localhost|127(?:\.\d+){3}|\[::1\])?(:\d+)?(?=[/?#]|$)/i
/** `example.com/events`, `intranet:8080`. */
const ofAHost = /^[\w-]+((\.[\w-]+)+|(\.[\w-]+)*:\d+)(?=[/?#]|$)/

/** Puts `http://` before what names this machine without a scheme; all else stays as it is. */
export function withScheme(text: string): string {
  const isShort = ofThisMachine.test(text) && !/^[/?#]/.test(text)
  return isShort ? `http://${text.replace(/^:/, 'localhost:')}` : text
}

/**
 * What names this machine without a scheme speaks plain HTTP; everything else needs its scheme, so that a file or a word
 * is never taken for a host.
 *
 * @throws SseCoordError `bad-target`
 */
export function parseStreamUrl(text: string): URL {
  const whole = withScheme(text)
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && /^https?:\/\//i.test(whole)) return url
  throw new SseCoordError('bad-target', whatIsWrong(text))
}

function whatIsWrong(text: string): string {
  if (ofAHost.test(text)) return `'${text}' lacks its scheme: https://${text}`
  if (/^(?!https?:|file:)[a-z][a-z\d+.-]*:\/\//i.test(text)) {
    return `'${redactUrl(text)}' is not http: or https:, which is all that EventSource can open.`
  }
  return `'${redactUrl(text)}' is no URL of a stream, such as http://localhost:3000/events.`
}
