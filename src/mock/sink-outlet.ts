/** Lets a session of the server kit write through a row of faults. */
import type { ServerResponse } from 'node:http'
import type { ResponseHead, Sink } from '../faults/index.js'
import type { Batch, Outlet, OutletListener } from '../server/index.js'

/** A response to write to, behind the faults. */
export interface FaultedResponse {
  sink: Sink
  /** Whether more can be written; `onRelief` tells when it can again. */
  isFree(): boolean
  /** Whether any fault stands between. */
  isFaulted: boolean
  /** The headers that the response has so far, for the sink's head. */
  headers: ResponseHead['headers']
}

/** What `createSinkOutlet` takes beside the response. */
export interface SinkOutletOptions {
  headers: Readonly<Record<string, string | readonly string[]>>
  /** Changes the text of each batch. */
  render: ((text: string) => string) | undefined
  /** Gets whom to tell when more can be written. */
  onRelief(listener: () => void): void
}

/** An outlet that writes to `opened`. */
export function createSinkOutlet(
  response: ServerResponse,
  opened: FaultedResponse,
  options: SinkOutletOptions,
): Outlet {
  const { sink, isFree } = opened
  const { render } = options
  let isEnding = false

  function bytesOf(batch: Batch): Buffer {
    return render ? Buffer.from(render(batch.text)) : batch.bytes
  }

  return {
    get isOpen() {
      return !response.destroyed && !response.writableEnded
    },
    open(preamble, listener: OutletListener) {
      options.onRelief(() => listener.onDrain())
      response.on('close', () => listener.onClose())
      response.setTimeout(0)
      const own = Object.entries(options.headers).flatMap(([name, value]) =>
        (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
      )
      sink.head({ status: 200, headers: [...opened.headers, ...own] })
      if (preamble) sink.write(preamble.bytes)
    },
    write(batch) {
      if (response.destroyed || response.writableEnded) return true
      sink.write(bytesOf(batch))
      return isFree()
    },
    end() {
      isEnding = true
      sink.end()
    },
    destroy() {
      // Once it was asked to end, the faults say when that comes: `slow-close` takes its time, `half-open` has no end.
      if (!isEnding) response.destroy()
    },
  }
}
