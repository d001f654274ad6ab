/** The seam for whoever wants the bytes of streams: the capture, a recording. */
import type { StreamSnapshot } from '../evidence/ledger.js'
import type { ResponseHead } from '../faults/index.js'

/** Asked for each stream that opens; what it returns sees each chunk as it was sent to the client. */
export type WatchStream = (stream: StreamSnapshot, head: ResponseHead) => WatchChunk | undefined

/** Called with each chunk and its moment, in milliseconds since the Unix epoch. That the stream has ended, the ledger tells. */
export type WatchChunk = (chunk: Buffer, at: number) => void

/** All who watch, as one. */
export interface StreamWatchers {
  add(watcher: WatchStream): () => void
  open(stream: { snapshot(): StreamSnapshot }, head: ResponseHead): WatchChunk | undefined
}

/** Nobody watches at first. */
export function createStreamWatchers(): StreamWatchers {
  const watchers = new Set<WatchStream>()
  return {
    add(watcher) {
      const own: WatchStream = (stream, head) => watcher(stream, head)
      watchers.add(own)
      return () => void watchers.delete(own)
    },
    open(stream, head) {
      if (watchers.size === 0) return undefined
      const snapshot = stream.snapshot()
      const chunks = [...watchers].flatMap((watch) => watch(snapshot, head) ?? [])
      const [first] = chunks
      if (chunks.length < 2) return first
      return (chunk, at) => {
        for (const watchChunk of chunks) watchChunk(chunk, at)
      }
    },
  }
}
