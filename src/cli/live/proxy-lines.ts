/** What `sse-coord proxy` writes where nothing can be redrawn: a line for each thing that happens, and one every 15 s. */
import type { Proxy as DevProxy, LedgerEvents, OriginSnapshot, StreamSnapshot } from '../../index.js'
import { count, formatDuration, formatSize } from '../../report/index.js'
import { describeOrigin } from './origin-words.js'

/** Often enough to see that it lives. */
const reminderMs = 15_000
/** A limit that is reached again within this says nothing new: streams come back by themselves. */
const quietMs = 5000

/** Begins to write. Returns how to end it. */
export function writeProxyLines(
  { ledger }: DevProxy,
  note: (line: string) => void,
  redactUrl: (url: string) => string,
): () => void {
  const toldAt = new Map<string, number>()
  const nameOf = ({ url, page, origin }: StreamSnapshot): string =>
    redactUrl(url) + (page === null ? '' : ` from ${pageName(redactUrl(page), origin)}`)
  const listeners: { [Name in keyof LedgerEvents]?: (event: LedgerEvents[Name][0]) => void } = {
    'stream-opened': (stream) => note(`#${stream.number} opened ${nameOf(stream)}${resumed(stream)}`),
    'stream-closed': (stream) => note(`#${stream.number} closed ${nameOf(stream)}: ${figuresOf(stream)}`),
    limit({ origin, level, at }) {
      if (level === 'free' || at - (toldAt.get(`${origin} ${level}`) ?? 0) < quietMs) return
      toldAt.set(`${origin} ${level}`, at)
      const state = ledger.snapshot().origins.find((candidate) => candidate.origin === origin)
      if (state) note(`${level === 'reached' ? 'limit reached' : 'near the limit'}: ${stateOf(state, at)}`)
    },
  }
  for (const [name, listener] of Object.entries(listeners))
    ledger.on(name as keyof LedgerEvents, listener as () => void)
  const reminder = setInterval(() => {
    const { at, origins } = ledger.snapshot()
    for (const origin of origins) if (origin.sockets > 0) note(stateOf(origin, at))
  }, reminderMs)
  return () => {
    clearInterval(reminder)
    for (const [name, listener] of Object.entries(listeners)) {
      ledger.off(name as keyof LedgerEvents, listener as () => void)
    }
  }
}

function stateOf(origin: OriginSnapshot, at: number): string {
  return `${origin.origin.replace(/^http:\/\//, '')}: ${describeOrigin(origin, at).text}`
}

/** A page of the stream's own origin by its path. */
function pageName(page: string, origin = ''): string {
  return page.startsWith(`${origin}/`) ? page.slice(origin.length) : page
}

function resumed({ reconnects = 0, resumedAt }: StreamSnapshot): string {
  if (reconnects > 0) return `, again (${reconnects})${resumedAt ? ` after id ${resumedAt}` : ''}`
  return resumedAt ? `, after id ${resumedAt}` : ''
}

function figuresOf({ events, bytes, openedAt, closedAt, endedBy, largestGapMs }: StreamSnapshot): string {
  const parts = [
    count(events, 'event'),
    formatSize(bytes),
    `open for ${formatDuration((closedAt ?? openedAt) - openedAt)}`,
    ...(largestGapMs === null ? [] : [`gap ${formatDuration(largestGapMs)}`]),
    `ended by the ${endedBy ?? 'client'}`,
  ]
  return parts.join(', ')
}
