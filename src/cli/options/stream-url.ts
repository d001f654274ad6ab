/** The URL of a stream, as people type it. */
import { SseCoordError } from '../../error.js'

/** `localhost:3000/events` and `:3000/events` become whole; loopback speaks plain HTTP. */
export function parseStreamUrl(text: string): URL {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : completed(text)
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url
  const words = 'A stream has a URL such as http://localhost:3000/events.'
  throw new SseCoordError('bad-option', words)
}

function completed(text: string): string {
  if (/^:\d+/.test(text)) return `http://localhost${text}`
  const isLoopback = /^(localhost|127\.|\[::1\])/i.test(text)
  return `${isLoopback ? 'http' : 'https'}://${text}`
}
