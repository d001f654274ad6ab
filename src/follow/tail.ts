/** `tail`: what comes on a stream, as it comes. */
import { follow } from './follow.js'
import type { ChunkRead, Happening } from './happening.js'
import type { FollowOptions } from './options.js'

/** All but the bytes: every one of them can be written as JSON. */
export type TailHappening = Exclude<Happening, ChunkRead>

/**
 * Follows a stream as a browser would, over all its reconnects, and yields each event, comment and reconnection time, and
 * what becomes of the connection. It ends with `stopped`, which says why: after `count` events, after the time `for`, by
 * the `signal`, or where a browser gives up. Leaving the loop closes the connection.
 *
 * ```js
 * for await (const happening of tail('http://localhost:3000/events', { count: 10 })) {
 *   if (happening.kind === 'event') console.log(happening.type, happening.data)
 * }
 * ```
 *
 * @throws SseCoordError `bad-option` for a request that cannot be sent
 */
export async function* tail(
  url: string | URL,
  options: FollowOptions = {},
): AsyncGenerator<TailHappening, void, undefined> {
  for await (const happening of follow(url, options)) if (happening.kind !== 'chunk') yield happening
}
