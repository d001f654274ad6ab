/** What the connections to one origin amount to, in words. */
import { connectionsPerOrigin as connections } from '../../evidence/ledger.js'
import type { OriginSnapshot } from '../../index.js'
import { count, formatDuration, type Tone } from '../../report/index.js'

/** The state of an origin in one sentence, and how it is coloured. */
export interface OriginWords {
  tone: Tone
  text: string
}

/** `6 of 6 held by streams for 12 s: the next request waits`; `at` is the moment of the snapshot. */
export function describeOrigin(origin: OriginSnapshot, at: number): OriginWords {
  const { sockets, streaming, busy, idle, demand } = origin
  if (demand) return describeDemand(origin)
  const inUse = streaming + busy
  // Firefox loads a tab's document beyond the six, and may put the tab's stream there.
  const beyond = inUse - connections
  const more = beyond > 0 ? `; ${beyond} beyond: of another client, or Firefox’s own for pages` : ''
  if (streaming >= connections) {
    return {
      tone: 'bad',
      text: `${connections} of ${connections} held by streams${howLong(origin, at)}: the next request waits${more}`,
    }
  }
  if (inUse >= connections) {
    return {
      tone: 'bad',
      text: `${connections} of ${connections} in use, ${streaming} by streams: the next request waits${more}`,
    }
  }
  if (streaming === connections - 1)
    return { tone: 'warning', text: `${streaming} of ${connections} held by streams: one is left for all else` }
  const parts = [
    ...(streaming > 0 ? [`${streaming} held by streams`] : []),
    ...(busy > 0 ? [`${busy} busy`] : []),
    ...(idle > 0 ? [`${idle} idle`] : []),
  ]
  return { tone: 'plain', text: sockets === 0 ? 'no connection' : parts.join(', ') }
}

/** ` for 12 s`, once it is a second. */
function howLong({ limit }: OriginSnapshot, at: number): string {
  const since = limit?.since ?? null
  return since === null || at - since < 1000 ? '' : ` for ${formatDuration(Math.floor((at - since) / 1000) * 1000)}`
}

function describeDemand({ demand, sockets }: OriginSnapshot): OriginWords {
  const { inFlight = 0, wouldWait = 0 } = demand ?? {}
  const text = `${count(inFlight, 'request')} at once on ${count(sockets, 'connection')} over HTTP/2`
  if (wouldWait === 0) return { tone: 'plain', text }
  return { tone: 'warning', text: `${text}: over HTTP/1.1 ${wouldWait} would wait` }
}

/** Connections in use as the slots show them: over HTTP/2 those that HTTP/1.1 would need. */
export function slotsInUse({ streaming, busy, demand }: OriginSnapshot): number {
  return demand ? demand.inFlight : streaming + busy
}
