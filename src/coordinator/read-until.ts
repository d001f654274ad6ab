/**
 * Reads what the group no longer remembers from the server itself, over a connection of its own that lasts until it
 * meets the group again: for a tab that slept longer than the others' memory reaches back.
 */
import type { SharedEvent } from './history.js'
import type { OpenStream, Stream, StreamRequest } from './transport.js'
import type { World } from './world.js'

/** A server that can resume does so at once; this is for those that cannot. */
const patienceMs = 5_000
const againMs = 500

/** See `readUntil`. */
export type ReadUntil = typeof readUntil

/**
 * Reads from `request.lastEventId` up to and with the event that has the id `untilId`, and then calls `onDone` once: with
 * those events, or with nothing when that event does not come.
 */
export function readUntil(
  world: World,
  open: OpenStream,
  request: StreamRequest,
  untilId: string,
  onDone: (events: SharedEvent[] | undefined) => void,
): Pick<Stream, 'close'> {
  let read: SharedEvent[] = []
  let timer: number | undefined
  let stream: Stream | undefined
  let done = false

  function close(): void {
    done = true
    world.clearTimeout(timer)
    stream?.close()
  }

  function finish(events?: SharedEvent[]): void {
    if (done) return
    close()
    onDone(events)
  }

  function wait(callback: () => void, delayMs: number): void {
    world.clearTimeout(timer)
    timer = world.setTimeout(callback, delayMs)
  }

  function connect(): void {
    read = []
    stream = open(request, {
      onOpen: () => wait(finish, patienceMs),
      onRetry() {},
      onLost() {},
      onEvents(events) {
        for (const event of events) {
          read.push(event)
          if (event[3] && event[2] === untilId) {
            finish(read)
            break
          }
        }
      },
      // The server is down for the leader too: nothing is missed by trying again.
      onEnd: ({ refused }) => {
        if (refused) finish()
        else if (!done) wait(connect, againMs)
      },
    })
  }

  connect()
  return { close }
}
