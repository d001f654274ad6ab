/**
 * Coming, going, and who leads: a member's channel, its part in the election, and its watch over the leader. All three
 * are given up whenever the page goes to sleep, and taken up again when it wakes.
 */
import type { Elect, Election, Stand } from './elect.js'
import { electAlone } from './elect-alone.js'
import { isMessage, type Message } from './message.js'
import { followPage } from './page-life.js'
import { nameGroup, type Plan } from './plan.js'
import { watchOver } from './watch.js'
import type { World } from './world.js'

/** What a member is told, and what it does. */
export interface Attendant {
  /** It is there, and others may be. */
  onEnter(): void
  onElected(): void
  /** It leads no longer, if it did: it leaves, or another leads. */
  onDeposed(): void
  onMessage(message: Message): void
  /** Time has passed and another leads. */
  onLook(): unknown
  /** Asks whether anybody leads. */
  ask(): void
  /** The network is back. */
  onOnline(): void
}

/** A member's place among the others. */
export interface Attendance {
  enter(): void
  post(...message: Message): void
  stand(how: Stand): void
  /** Gives up the lead, or the place in the queue; queues anew, and watches over who leads. */
  queue(): void
  /** The leader was heard; perhaps it said goodbye. */
  heard(isBye: boolean): void
  /** Leaves for good; the lead passes on after so many milliseconds. */
  exit(lingerMs?: number): void
}

/** Without locks: silence after which a newcomer leads, and after which a follower does when the leader said goodbye. */
const joinMs = 200
const byeMs = 30

/** Takes a member's place among the others, once it enters. */
export function attend(world: World, plan: Plan, way: Elect, member: Attendant): Attendance {
  let elect = way
  let channel: BroadcastChannel | undefined
  let election: Election | undefined
  const watch = watchOver(world, (step?: 'ask' | Stand | '') => {
    if (step === 'ask') member.ask()
    else if (step) election?.stand(step)
    member.onLook()
  })

  function queue(): void {
    // Whoever hears of the end of a lead may have left.
    if (!election) return
    watch.start(elect.steps)
    election.stand('wait')
  }

  function enter(): void {
    if (election) return
    const name = nameGroup(elect.way, plan)
    if (elect !== electAlone && world.BroadcastChannel) {
      channel = new world.BroadcastChannel(name)
      channel.onmessage = ({ data }) => isMessage(data) && member.onMessage(data)
    }
    election = elect.begin(world, name, plan, {
      onElected() {
        watch.stop()
        member.onElected()
      },
      onDeposed() {
        member.onDeposed()
        queue()
      },
      onRefused() {
        leave()
        elect = electAlone
        enter()
      },
    })
    member.onEnter()
    queue()
    if (elect.way === 'question') watch.suspect(joinMs)
  }

  function leave(lingerMs = 0): void {
    const last = election
    if (!last) return
    member.onDeposed()
    watch.stop()
    channel?.close()
    channel = election = undefined
    if (lingerMs) world.setTimeout(() => last.withdraw(), lingerMs)
    else last.withdraw()
  }

  const ignorePage = followPage(world, () => leave(), enter, ['online', member.onOnline])

  return {
    enter,
    queue,
    post: (...message) => channel?.postMessage(message),
    stand: (how) => election?.stand(how),
    heard(isBye) {
      watch.heard()
      // Where there are locks they tell better.
      if (isBye && elect.way === 'question') watch.suspect(byeMs)
    },
    exit(lingerMs) {
      leave(lingerMs)
      ignorePage()
    },
  }
}
