/** Keeps a stream of the smallest form open: the browser connects again by itself, or else it is asked to from here. */
import type { KeepStream, NativeListener, OpenStream, Stream } from './transport.js'
import type { World } from './world.js'

/** What browsers wait, in milliseconds; `hurry` looks whether it is over. */
const retryMs = 3_000

/** Keeps open what a transport opens. */
export function keepNatively(world: World, open: OpenStream<NativeListener>): KeepStream {
  return (lastId, types, listener) => {
    let stream: Stream
    /** As long as it waits to connect. */
    let retryAt: number | undefined

    function connect(): void {
      retryAt = undefined
      stream = open(lastId(), types, {
        ...listener,
        onEnd(reason, status) {
          retryAt = world.performance.now() + retryMs
          listener.onState(status ? 2 : -1, reason)
        },
      })
    }

    connect()
    return {
      close: () => stream.close(),
      hurry(isNow) {
        stream.listen?.()
        if (retryAt && (isNow || world.performance.now() > retryAt)) connect()
      },
    }
  }
}
