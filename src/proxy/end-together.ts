/**
 * Two connections that are one: an upgraded connection, or a tunnel. When either end closes, what is under way to the other
 * is still sent, then both are closed. RFC 9110, section 9.3.6.
 */
import type { Socket } from 'node:net'

/** Ties the ends of two connections together. */
export function endTogether(one: Socket, other: Socket): void {
  for (const [ended, rest] of [
    [one, other],
    [other, one],
  ] as const) {
    ended.once('end', () => rest.destroySoon())
    ended.once('close', () => rest.destroy())
  }
}
