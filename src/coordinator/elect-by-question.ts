/**
 * Leader is who asked “who leads?” and heard nothing: for hosts without Web Locks (plain http in an intranet). The
 * asking is the member's; here it only takes the lead once nobody has answered. Two that take it at once hear of each
 * other, and the later epoch stays.
 */
import type { Elect } from './elect.js'

/** Silence after which a newcomer leads, and after which a follower does when the leader said goodbye; up to twice that. */
const joinMs = 200
const byeMs = 30

export const electByQuestion: Elect = {
  way: 'question',
  begin(world, _name, onElected) {
    let timer: number | undefined

    function after(delayMs: number): void {
      timer = world.setTimeout(onElected, delayMs * (1 + world.Math.random()))
    }

    function close(): void {
      world.clearTimeout(timer)
    }

    return {
      close,
      stand(byForce) {
        close()
        if (byForce) onElected()
        else after(joinMs)
      },
      heard(isBye) {
        close()
        if (isBye) after(byeMs)
      },
    }
  },
}
