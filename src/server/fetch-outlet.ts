/** Sessions over the Fetch API's `Response`: Hono, Next.js, Bun, Deno and others. */
import type { Batch } from './batch.js'
import type { Outlet, OutletListener } from './outlet.js'

/** What a runtime may take before it has sent any of it; beyond that the session waits. */
const highWaterMarkBytes = 64 * 1024

/** An outlet, and the body to answer with. */
export interface FetchOutlet extends Outlet {
  readonly body: ReadableStream<Uint8Array>
}

/** An outlet that feeds a `ReadableStream`, one chunk per tick. It closes when the body is cancelled or `signal` aborts. */
export function createFetchOutlet(signal: AbortSignal | undefined): FetchOutlet {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let listener: OutletListener | undefined
  let isOpen = !signal?.aborted
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given
      },
      pull() {
        listener?.onDrain()
      },
      cancel: close,
    },
    { highWaterMark: highWaterMarkBytes, size: (chunk) => chunk.byteLength },
  )

  function close(): void {
    if (!isOpen) return
    isOpen = false
    signal?.removeEventListener('abort', abort)
    listener?.onClose()
  }

  /** The client has left, which is nothing to complain of: runtimes write an errored body to their log. */
  function abort(): void {
    if (!isOpen) return
    controller?.close()
    close()
  }

  return {
    body,
    get isOpen() {
      return isOpen
    },
    open(preamble, given) {
      listener = given
      signal?.addEventListener('abort', abort)
      if (preamble) controller?.enqueue(preamble.bytes)
    },
    write(batch: Batch) {
      if (!isOpen) return true
      controller?.enqueue(batch.bytes)
      return (controller?.desiredSize ?? 0) > 0
    },
    end() {
      if (!isOpen) return
      controller?.close()
      close()
    },
    destroy() {
      if (!isOpen) return
      controller?.error(new Error('the client did not read its event stream'))
      close()
    },
  }
}
