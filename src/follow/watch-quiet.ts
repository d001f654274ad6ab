/** A stream that is open and gives no event: what came instead is told once, so that nobody waits for ever in silence. */
import { roundMs } from '../evidence/round-ms.js'
import { createBlockReader } from './read-blocks.js'

/** What an open stream has brought instead of an event. */
export interface QuietStream {
  /**
   * Not a byte; lines that no blank line ends; the same in whole buffers of 4096 bytes, which programs on the way fill
   * before they pass anything on; or blocks that ended without data. HTML standard, section 9.2.6.
   */
  kind: 'silent' | 'unended' | 'buffered' | 'dataless'
  /** Without secrets. */
  url: string
  /** Milliseconds since the head of the answer. */
  quietMs: number
  /** Bytes of the body, as they came off the wire. */
  bytes: number
  /** Lines of the body that have ended, blank ones left out. */
  lines: number
}

/** Listens to one connection until its first event. */
export interface QuietWatch {
  /** Takes a chunk: its bytes on the wire, and what it is without its content encoding. */
  take(wireBytes: number, body: Uint8Array): void
  /** An event has ended, or the connection has. */
  close(): void
}

/** Makes watches for one connection after the other. */
export type WatchQuiet = (url: string) => QuietWatch

const bufferBytes = 4096

/**
 * Tells at most twice, over all connections: that nothing came, and that what came is no event.
 *
 * @param onQuiet nobody, where left out
 * @param afterMs how long after the head, and, where nothing had come by then, after the first bytes
 */
export function createQuietWatch(onQuiet: ((quiet: QuietStream) => void) | undefined, afterMs: number): WatchQuiet {
  const isTold = { nothing: false, something: false }

  return (url) => {
    if (!onQuiet || isTold.something) return { take() {}, close() {} }
    const openedAt = performance.now()
    const blocks = createBlockReader()
    let bytes = 0
    let isOver = false
    let timer: NodeJS.Timeout | undefined = setTimeout(look, afterMs)

    function look(): void {
      timer = undefined
      const kind = kindOf()
      const topic = kind === 'silent' ? 'nothing' : 'something'
      if (!kind || isTold[topic]) return
      isTold[topic] = true
      onQuiet?.({ kind, url, quietMs: roundMs(performance.now() - openedAt), bytes, lines: blocks.lines })
    }

    function kindOf(): QuietStream['kind'] | undefined {
      if (bytes === 0) return 'silent'
      // A compressor may hold all but its own head back.
      if (blocks.isOpen || blocks.bytes === 0) return bytes % bufferBytes === 0 ? 'buffered' : 'unended'
      return blocks.isDataless ? 'dataless' : undefined
    }

    return {
      take(wireBytes, body) {
        if (isOver || isTold.something) return
        bytes += wireBytes
        blocks.feed(body)
        timer ??= setTimeout(look, afterMs)
      },
      close() {
        isOver = true
        clearTimeout(timer)
      },
    }
  }
}
