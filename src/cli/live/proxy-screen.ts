/** What `sse-coord proxy` draws: each origin's six slots and streams, and the keys. */
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { LedgerSnapshot, OriginSnapshot } from '../../index.js'
import { count, formatSlots, type Pen, splitAtWidth, wrap } from '../../report/index.js'
import { describeOrigin, slotsInUse } from './origin-words.js'
import { formatStreams } from './stream-table.js'

/** What is drawn. */
export interface ProxyScreen {
  /** What runs where, as it was said at the start. */
  heading: readonly string[]
  snapshot: LedgerSnapshot
  faults: readonly string[]
  /** Whether pages get the coordinator; `null` where they cannot. */
  injecting: boolean | null
  /** The line that is being typed; `null` where none is. */
  typed: string | null
  hasKeys: boolean
  /** Takes secrets out of addresses. */
  redactUrl(url: string): string
}

/** Columns that slots and words need beside a name; with fewer they stand below it. */
const leastRoom = 36

/** The lines, no more than `rows` and none wider than `width`. */
export function formatProxyScreen(screen: ProxyScreen, width: number, rows: number, pen: Pen): string[] {
  const head = [...screen.heading.flatMap((line) => wrap(pen.text(line), width)), '']
  const foot = ['', ...formatFoot(screen, width, pen)]
  const room = Math.max(1, rows - head.length - foot.length)
  const { origins: all } = screen.snapshot
  const origins = all.length === 1 ? all : all.filter(isOfInterest)
  const body =
    origins.length === 0
      ? [pen.paint('quiet', all.length === 0 ? 'no request yet' : 'no connection is open')]
      : origins.flatMap((origin) => formatOrigin(origin, screen.snapshot.at, width, pen, screen.redactUrl))
  const shown = body.length > room ? [...body.slice(0, room - 1), pen.paint('quiet', pen.text('  …'))] : body
  return [...head, ...shown, ...foot]
}

/** An origin of the past that holds nothing any more takes no room, unless it is the only one that was. */
function isOfInterest({ sockets, webSockets, waiting, limit }: OriginSnapshot): boolean {
  return sockets + (webSockets ?? 0) + (waiting ?? 0) + (limit?.reached ?? 0) > 0
}

function formatOrigin(
  origin: OriginSnapshot,
  at: number,
  width: number,
  pen: Pen,
  redactUrl: (url: string) => string,
): string[] {
  const { tone, text } = describeOrigin(origin, at)
  const name = pen.text(origin.origin.replace(/^http:\/\//, ''))
  const slots = formatSlots(slotsInUse(origin), connectionsPerOrigin, pen)
  const words = pen.text(text)
  const room = width - name.length - 1
  const state = wrap(words, room < leastRoom ? width : room, ' '.repeat(slots.length + 1), `${slots} `)
  const [first = '', ...more] = state.map((line) => pen.paint(tone, line))
  const title = pen.paint('strong', splitAtWidth(name, width)[0])
  return [
    ...(room < leastRoom ? [title, first] : [`${title} ${first}`]),
    ...more.map((line) => (room < leastRoom ? line : ' '.repeat(name.length + 1) + line)),
    ...formatExtras(origin).map((line) => pen.paint('quiet', splitAtWidth(pen.text(line), width)[0])),
    ...formatStreams(origin.streams, width, pen, redactUrl),
  ]
}

/** What is there only now and then, one line each. */
function formatExtras({ waiting = 0, webSockets = 0, tunnels = 0, demand }: OriginSnapshot): string[] {
  const lines = []
  if (waiting > 0) lines.push(`  ${waiting} wait, held back by --emulate-limit`)
  if (webSockets > 0) lines.push(`  ${count(webSockets, 'WebSocket')}, which do not count`)
  if (tunnels > 0) lines.push(`  ${tunnels} carry TLS, whose requests cannot be seen`)
  if (demand && demand.wouldHaveWaited > 0) {
    lines.push(`  so far ${demand.wouldHaveWaited} would have waited, at most ${demand.mostInFlight} at once`)
  }
  return lines
}

function formatFoot({ faults, injecting, typed, hasKeys }: ProxyScreen, width: number, pen: Pen): string[] {
  const lines = wrap(pen.text(`faults: ${faults.length === 0 ? 'none' : faults.join('  ')}`), width)
  if (typed !== null) {
    const label = 'fault (name:value@where, -N or - to switch off): '
    const [, end = ''] = splitAtWidth(typed, Math.max(0, typed.length - Math.max(8, width - label.length - 1)))
    return [...lines, splitAtWidth(pen.text(`${label}${end}_`), width)[0]]
  }
  const inject = injecting === null ? '' : ` · i inject: ${injecting ? 'on' : 'off'}`
  const keys = hasKeys ? wrap(pen.text(`q quit · f faults${inject} · h HAR`), width) : []
  return [...lines, ...keys.map((line) => pen.paint('quiet', line))]
}
