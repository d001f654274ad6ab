/**
 * The pages that the experiments open. Every tab runs the same script; only the constructor of its stream differs, so
 * that what the experiments compare is the constructor and nothing else.
 */

/** How a tab gets its events. */
export type StreamKind =
  /** One `EventSource` in every tab. */
  | 'native'
  /** `SharedEventSource`: one stream for all tabs. */
  | 'coordinator'
  /** The plain design for contrast: whoever holds a Web Lock streams and relays, and that is all. */
  | 'web-lock'

/** What a tab's script offers to the experiment, as `tab` in the page. */
export interface TabScript {
  /** Opens the tab's stream. */
  start(): void
  /** Every event so far: its id, and when it was handed to the page's handler (milliseconds since the Unix epoch). */
  received: [id: number, at: number][]
  /** Whether the page was last shown out of the back/forward cache. */
  restored: boolean
  /** Asks `url` once; resolves when it is answered, or with `answered: false` after `waitMs`. */
  ask(url: string, waitMs: number): Promise<{ answered: boolean; waitedMs: number }>
}

const nativeStream = `const openStream = (deliver) => {
    const source = new EventSource('/events?tab=' + encodeURIComponent(location.search))
    source.onmessage = (event) => deliver(Number(event.lastEventId))
  }`

const sharedStream = `const openStream = (deliver) => {
    const source = new SharedEventSource('/events')
    source.onmessage = (event) => deliver(Number(event.lastEventId))
  }`

const webLockStream = `const openStream = (deliver) => {
    const channel = new BroadcastChannel('events')
    channel.onmessage = (message) => deliver(message.data)
    navigator.locks.request('leader', () => {
      const source = new EventSource('/events')
      source.onmessage = (event) => {
        channel.postMessage(Number(event.lastEventId))
        deliver(Number(event.lastEventId))
      }
      return new Promise(() => {})
    })
  }`

const streams: Record<StreamKind, string> = {
  native: nativeStream,
  coordinator: sharedStream,
  'web-lock': webLockStream,
}

/** The page of one tab, with a link to leave it by. */
export function tabPage(kind: StreamKind): string {
  const library = kind === 'coordinator' ? '<script src="/coordinator.js"></script>' : ''
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${kind}</title>
<link rel="icon" href="data:,">
${library}
<a id="elsewhere" href="/elsewhere">elsewhere</a>
<script>
  ${streams[kind]}
  const received = []
  addEventListener('pageshow', (event) => {
    tab.restored = event.persisted
  })
  globalThis.tab = {
    received,
    restored: false,
    start() {
      openStream((id) => received.push([id, performance.timeOrigin + performance.now()]))
    },
    async ask(url, waitMs) {
      const startedAt = performance.now()
      const answered = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(waitMs) }).then(
        (response) => response.ok,
        () => false,
      )
      return { answered, waitedMs: performance.now() - startedAt }
    },
  }
</script>
</html>
`
}

/** Where the link leads. */
export const elsewherePage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>elsewhere</title>
<link rel="icon" href="data:,">
<p>elsewhere</p>
</html>
`
