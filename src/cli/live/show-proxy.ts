/** The view of a running proxy that fits where its output goes: drawn, as lines, or as JSON. */
import type { Proxy as DevProxy, LedgerSnapshot } from '../../index.js'
import type { Pen } from '../../report/index.js'
import type { CliOutput } from '../process.js'
import { openScreen } from '../screen.js'
import { writeProxyJson } from './proxy-json.js'
import { writeProxyLines } from './proxy-lines.js'
import { formatProxyScreen } from './proxy-screen.js'

const redrawMs = 100

/** A view that runs until it is closed. */
export interface ProxyView {
  /** Says something that is no figure. */
  note(line: string): void
  /** Draws at once, as after a key. */
  refresh(): void
  /** Stops, and wipes what is to be wiped. May be called again. */
  close(): void
}

/** What a drawn view shows beside the ledger. */
export interface ProxyState {
  heading: readonly string[]
  faults: readonly string[]
  injecting: boolean | null
  typed: string | null
  hasKeys: boolean
  redactUrl(url: string): string
}

/** Draws the state ten times a second. */
export function drawProxy(
  output: CliOutput,
  pen: Pen,
  snapshot: () => LedgerSnapshot,
  state: () => ProxyState,
): ProxyView {
  const screen = openScreen(output)
  const refresh = (): void => {
    // One line below and one column beside stay free: a full line would break on some terminals.
    const lines = formatProxyScreen({ ...state(), snapshot: snapshot() }, screen.columns - 1, screen.rows - 2, pen)
    screen.draw(lines)
  }
  refresh()
  const clock = setInterval(refresh, redrawMs)
  return {
    note: (line) => screen.note(pen.text(line)),
    refresh,
    close() {
      clearInterval(clock)
      screen.close()
    },
  }
}

/** Writes a line for each thing that happens. */
export function listProxy(output: CliOutput, pen: Pen, proxy: DevProxy, redactUrl: (url: string) => string): ProxyView {
  const note = (line: string): void => void output.write(`${pen.text(line)}\n`)
  return { note, refresh() {}, close: writeProxyLines(proxy, note, redactUrl) }
}

/** Hands each thing that happens to `write`, and what is said to people to another output. */
export function streamProxy(write: (value: object) => void, notes: CliOutput, pen: Pen, proxy: DevProxy): ProxyView {
  return {
    note: (line) => void notes.write(`${pen.text(line)}\n`),
    refresh() {},
    close: writeProxyJson(proxy, write),
  }
}
