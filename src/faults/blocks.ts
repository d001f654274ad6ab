/**
 * Changes a stream block by block: holds each back until it is complete, and lets `change` say what goes on instead. A byte
 * order mark at the beginning of the stream stays there.
 */
import { createBlockScanner } from './block-scanner.js'
import type { FaultContext } from './context.js'
import { passTo, type Sink } from './sink.js'

/** A block that does not end within this is passed on as it is; it must not fill the memory. */
const maxBlockBytes = 1_048_576

const byteOrderMark = '\u00ef\u00bb\u00bf'

/**
 * Changes one block. `text` has one character per byte and ends with its blank line; `event` counts the events from 1
 * and is `null` for a block without data. Returns what is sent instead, again one character per byte.
 */
export type BlockChange = (text: string, event: number | null) => string

/** What is held back until the end; see `mapBlocks`. */
export interface BlockOptions {
  /** Called before the end, for blocks that the change has kept; returns what is sent. */
  atEnd?: () => string
}

/** A sink that passes on what `change` makes of each block. */
export function mapBlocks(next: Sink, change: BlockChange, options: BlockOptions = {}): Sink {
  const scanner = createBlockScanner()
  let held: Buffer[] = []
  let heldBytes = 0
  let events = 0
  let isFirst = true

  function keep(bytes: Buffer): void {
    if (bytes.length === 0) return
    held.push(bytes)
    heldBytes += bytes.length
  }

  function take(): Buffer {
    const bytes = Buffer.concat(held)
    held = []
    heldBytes = 0
    return bytes
  }

  function pass(text: string): void {
    if (text !== '') next.write(Buffer.from(text, 'latin1'))
  }

  function changed(isEvent: boolean): string {
    const text = take().toString('latin1')
    const mark = isFirst && text.startsWith(byteOrderMark) ? byteOrderMark : ''
    isFirst = false
    return mark + change(text.slice(mark.length), isEvent ? ++events : null)
  }

  function finish(): void {
    const rest = take() // half a block: a client drops it, so it is not changed
    pass(options.atEnd?.() ?? '')
    if (rest.length > 0) next.write(rest)
  }

  return passTo(next, {
    write(chunk) {
      let from = 0
      let whole = ''
      for (const { offset, isEvent } of scanner.feed(chunk)) {
        keep(chunk.subarray(from, offset))
        from = offset
        whole += changed(isEvent)
      }
      pass(whole)
      keep(chunk.subarray(from))
      if (heldBytes > maxBlockBytes) next.write(take())
    },
    end() {
      finish()
      next.end()
    },
    cut() {
      finish()
      next.cut()
    },
  })
}

/** Whether a fault acts on this event: on those it was told, or, told none, as `otherwise` says. */
export function isChosen(context: FaultContext, event: number | null, otherwise: (event: number) => boolean): boolean {
  if (event === null) return false
  return context.events.size > 0 ? context.events.has(event) : otherwise(event)
}

/** Replaces a block's lines, without the blank one; line ends stay as they are. */
export function mapLines(text: string, change: (line: string) => string | undefined): string {
  let result = ''
  for (const [, line = '', end = ''] of text.matchAll(/([^\r\n]*)(\r\n|\r|\n)/g)) {
    const changed = line === '' ? '' : change(line)
    if (changed !== undefined) result += changed + end
  }
  return result
}

/** A field's name. */
export function fieldOf(line: string): string {
  return line.split(':', 1)[0] ?? ''
}
