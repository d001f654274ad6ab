/** Keeps the worst moment of each origin that passes a proxy: most streams and most connections, when, and for which pages. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import type { Ledger } from '../proxy/index.js'

/** The worst of one origin. */
export interface OriginPeak {
  origin: string
  /** Streams open at the same time. */
  streams: StreamSnapshot[]
  streamsAt: number | null
  /** Connections that carried a request at the same time. */
  sockets: number
  socketsAt: number | null
}

/** What one listener saw of one origin. */
export interface SeenOrigin {
  peak: OriginPeak
  /** At the same time, behind this one listener. */
  browsers: number
}

export interface LedgerWatch {
  /** Requests of any kind. */
  requests(): number
  peaks(): OriginPeak[]
  close(): void
}

/**
 * A level counts once it has lasted so long: when a page goes and the next one comes, a proxy hears of the new stream a
 * moment before it hears of the old one’s end.
 */
const settlingMs = 20
/** Looks that may be due at the same time. */
const mostDue = 1000

export function watchLedger(ledger: Ledger): LedgerWatch {
  const peaks = new Map<string, OriginPeak>()
  const due = new Set<NodeJS.Timeout>()
  let requests = 0

  function look(): void {
    const { at, origins } = ledger.snapshot()
    for (const { origin, streams, mostInUse } of origins) {
      const settled = streams.filter(({ openedAt }) => at - openedAt >= settlingMs)
      const peak = peaks.get(origin) ?? { origin, streams: [], streamsAt: null, sockets: 0, socketsAt: null }
      peaks.set(origin, peak)
      if (settled.length > peak.streams.length) {
        peak.streams = settled
        peak.streamsAt = at
      }
      if (mostInUse > peak.sockets) {
        peak.sockets = mostInUse
        peak.socketsAt = at
      }
    }
  }

  function lookSoon(): void {
    if (due.size >= mostDue) return
    const timer = setTimeout(() => {
      due.delete(timer)
      look()
    }, settlingMs + 5)
    due.add(timer)
  }
  const onRequest = () => {
    requests++
    lookSoon()
  }
  ledger.on('request-started', onRequest)
  ledger.on('stream-opened', lookSoon)
  return {
    requests: () => requests,
    peaks() {
      look()
      return [...peaks.values()]
    },
    close() {
      for (const timer of due) clearTimeout(timer)
      ledger.off('request-started', onRequest)
      ledger.off('stream-opened', lookSoon)
    },
  }
}
