/**
 * The script that learns which code opens a stream. It runs in every page, frame and worker before anything else and
 * wraps `EventSource` and `fetch`; what it learns goes to the binding that the observer has put there. The browser
 * names no code for an EventSource by itself.
 */

/** The global through which the script talks to its observer. The script takes it away from the page. */
export const bindingName = '__sseCoordNote'

/** Its address in stacks, by which its own frames are known. */
export const scriptUrl = 'sse-coord://observe.js'

/** What the script tells, as JSON. Moments are milliseconds since the Unix epoch. */
export type OpenerNote =
  | {
      note: 'opened'
      /** Counts up in each global scope; `scope` tells them apart. */
      number: number
      scope: string
      kind: 'EventSource' | 'fetch'
      url: string
      context: 'page' | 'iframe' | 'worker' | 'shared-worker' | 'service-worker'
      pageUrl: string
      stack: string
      at: number
    }
  | { note: 'answered'; number: number; scope: string; status: number; type: string; at: number }
  | { note: 'closed'; number: number; scope: string; at: number }

/**
 * Of all fetches only those are told that ask for an event stream by their `Accept` header, and those that are answered with
 * one. EventSource and fetch stay what they are: same prototype, same name, same text.
 */
export const openerScript: string = `(() => {
  const tell = globalThis.${bindingName}
  if (typeof tell !== 'function') return
  delete globalThis.${bindingName}
  const scope = Math.random().toString(36).slice(2)
  const context =
    typeof document === 'object' ? (globalThis.top === globalThis ? 'page' : 'iframe')
    : typeof ServiceWorkerGlobalScope === 'function' ? 'service-worker'
    : typeof SharedWorkerGlobalScope === 'function' ? 'shared-worker'
    : 'worker'
  let number = 0
  const now = () => performance.timeOrigin + performance.now()
  const send = (note) => {
    try {
      tell(JSON.stringify({ scope, at: now(), ...note }))
    } catch {}
  }
  const stackNow = () => {
    const { stackTraceLimit, prepareStackTrace } = Error
    try {
      if ('captureStackTrace' in Error) {
        Error.stackTraceLimit = 40
        Error.prepareStackTrace = undefined
      }
      return String(new Error().stack).slice(0, 16000)
    } catch {
      return ''
    } finally {
      try {
        if ('captureStackTrace' in Error) {
          Error.stackTraceLimit = stackTraceLimit
          Error.prepareStackTrace = prepareStackTrace
        }
      } catch {}
    }
  }
  const absolute = (url) => {
    try {
      return new URL(url, typeof document === 'object' ? document.baseURI : location.href).href
    } catch {
      return undefined
    }
  }
  const opened = (kind, url, stack) => {
    send({ note: 'opened', number: ++number, kind, url, context, pageUrl: location.href, stack })
    return number
  }
  const isStream = (type) => /^text\\/event-stream\\b/i.test(type ?? '')

  const NativeSource = globalThis.EventSource
  if (typeof NativeSource === 'function') {
    const numbers = new WeakMap()
    const wrapped = new Proxy(NativeSource, {
      construct(target, values, newTarget) {
        const url = absolute(values[0])
        const id = url === undefined ? undefined : opened('EventSource', url, stackNow())
        try {
          const source = Reflect.construct(target, values, newTarget === wrapped ? target : newTarget)
          numbers.set(source, id)
          source.addEventListener('open', () => send({ note: 'answered', number: id, status: 200, type: 'text/event-stream' }))
          source.addEventListener('error', () => {
            if (source.readyState === 2) send({ note: 'closed', number: id })
          })
          return source
        } catch (error) {
          if (id !== undefined) send({ note: 'closed', number: id })
          throw error
        }
      },
    })
    globalThis.EventSource = wrapped
    const { prototype } = NativeSource
    prototype.constructor = wrapped
    const nativeClose = prototype.close
    prototype.close = {
      close() {
        const id = numbers.get(this)
        if (id !== undefined && this.readyState !== 2) send({ note: 'closed', number: id })
        return nativeClose.call(this)
      },
    }.close
  }

  const nativeFetch = globalThis.fetch
  if (typeof nativeFetch === 'function') {
    globalThis.fetch = new Proxy(nativeFetch, {
      apply(target, self, values) {
        const stack = stackNow()
        let url
        let asked = false
        try {
          const [input, init] = values
          const request = typeof Request === 'function' && input instanceof Request ? input : undefined
          url = request ? request.url : absolute(input)
          asked = isStream(new Headers(init?.headers ?? request?.headers).get('accept'))
        } catch {}
        let id = asked && url !== undefined ? opened('fetch', url, stack) : undefined
        const answer = Reflect.apply(target, self, values)
        answer.then(
          (response) => {
            const type = response.headers.get('content-type')
            if (isStream(type) && url !== undefined) id ??= opened('fetch', url, stack)
            if (id === undefined) return
            send({ note: 'answered', number: id, status: response.status, type: type ?? '' })
          },
          () => id !== undefined && send({ note: 'closed', number: id }),
        )
        return answer
      },
    })
  }
})()
//# sourceURL=${scriptUrl}
`

const mostChars = 40_000

/** Reads what a page has told. A page can say anything there: what has not the right form is nothing. */
export function readNote(text: unknown): OpenerNote | undefined {
  if (typeof text !== 'string' || text.length > mostChars) return undefined
  let note: Partial<Record<string, unknown>> | null
  try {
    note = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof note !== 'object' || note === null) return undefined
  const { scope, number, at } = note
  if (typeof scope !== 'string' || typeof number !== 'number' || typeof at !== 'number') return undefined
  const strings = (...names: string[]) => names.every((name) => typeof note[name] === 'string')
  const isWhole =
    (note.note === 'opened' && strings('kind', 'url', 'context', 'pageUrl', 'stack')) ||
    (note.note === 'answered' && typeof note.status === 'number' && strings('type')) ||
    note.note === 'closed'
  return isWhole ? (note as unknown as OpenerNote) : undefined
}
