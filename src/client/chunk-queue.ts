/** Chunks between the wire and their one reader: handed on as they come, bounded while nobody reads. */
import type { Chunk } from './stream-answer.js'

/** From this much on the server is made to wait. */
const fullBytes = 4 * 1024 * 1024

/** Both ends of the queue. */
export interface ChunkQueue {
  /** For the reader. */
  chunks: AsyncIterableIterator<Chunk>
  push(chunk: Chunk): void
  /** No more will come; what is there can still be read. */
  end(): void
}

/** What the queue asks of the wire. */
export interface ChunkSource {
  pause(): void
  resume(): void
  /** The reader left. */
  leave(): Promise<void>
}

export function createChunkQueue(source: ChunkSource): ChunkQueue {
  let waiting: Chunk[] = []
  let waitingBytes = 0
  let isPaused = false
  let isOver = false
  let wake: (() => void) | undefined

  function notify(): void {
    wake?.()
    wake = undefined
  }

  async function* read(): AsyncGenerator<Chunk, void, undefined> {
    try {
      for (;;) {
        const batch = waiting
        waiting = []
        for (const chunk of batch) {
          waitingBytes -= chunk.bytes.length
          if (isPaused && waitingBytes < fullBytes) {
            isPaused = false
            source.resume()
          }
          yield chunk
        }
        if (waiting.length > 0) continue
        if (isOver) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      await source.leave()
    }
  }

  return {
    chunks: read(),
    push(chunk) {
      waiting.push(chunk)
      waitingBytes += chunk.bytes.length
      if (!isPaused && waitingBytes >= fullBytes) {
        isPaused = true
        source.pause()
      }
      notify()
    },
    end() {
      isOver = true
      notify()
    },
  }
}
