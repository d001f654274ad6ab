/** Puts an answer together: what both versions of HTTP have in common, once a head has come. */
import { type ChunkQueue, createChunkQueue } from './chunk-queue.js'
import type { Connection } from './connect.js'
import type { Stopwatch } from './stopwatch.js'
import type { Ending, StreamAnswer } from './stream-answer.js'
import type { HeaderPair, StreamRequest } from './stream-request.js'

/** What is special to one version of HTTP. */
export interface Exchange {
  head: Pick<StreamAnswer, 'status' | 'statusText' | 'httpVersion' | 'headers' | 'interim' | 'settings'>
  pause(): void
  resume(): void
  /** Passes the body on to the queue until its end, which `onClose` is told. */
  read(queue: ChunkQueue, onClose: () => void): void
  /** Called once it is over. */
  howItEnded(isAborted: boolean): Pick<Ending, 'kind' | 'code'>
  trailers(): HeaderPair[]
  /** Gives up what HTTP holds; the connection is closed after it. */
  end(): void
}

export function composeAnswer(
  exchange: Exchange,
  connection: Connection,
  { url, signal }: StreamRequest,
  watch: Stopwatch,
): StreamAnswer {
  const headersMs = watch.now()
  let isAborted = false
  const close = () => {
    isAborted = true
    exchange.end()
    return connection.close()
  }
  const onAbort = () => void close()
  signal?.addEventListener('abort', onAbort, { once: true })
  const queue = createChunkQueue({ pause: exchange.pause, resume: exchange.resume, leave: close })
  const ending = new Promise<Ending>((resolve) => {
    exchange.read(queue, () => {
      signal?.removeEventListener('abort', onAbort)
      queue.end()
      const how = exchange.howItEnded(isAborted)
      resolve({ ...how, atMs: watch.now(), trailers: exchange.trailers() })
      exchange.end()
      void connection.close()
    })
  })
  const { alpn, tls, remote, times } = connection
  return {
    url,
    startedAtMs: watch.startedAtMs,
    ...exchange.head,
    ...{ alpn, tls, remote },
    times: { ...times, headersMs },
    chunks: queue.chunks,
    ending,
    close,
    [Symbol.asyncDispose]: close,
  }
}
