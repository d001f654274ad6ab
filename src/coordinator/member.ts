/**
 * One member of a group that shares a stream: it leads or follows, and its owner sees the same events either way.
 *
 * The leader reads the stream and passes on what it reads, with the place that it follows. Every member keeps its own
 * place, and the events it saw last. Who takes the lead resumes at its own place and says it, and each of the others
 * finds what is new to it in what it hears: all of it, or what comes after its own place, or nothing as long as it has
 * seen that already. A member that cannot tell is *lost*: it takes nothing, and asks the leader for what came after its
 * place. If the leader does not remember that far back, it takes the lead itself: who has missed most resumes there,
 * and the others let pass what they have seen.
 *
 * What a later epoch has said is never taken back by an earlier one.
 */

import type { Elect } from './elect.js'
import { findPlace, newsIn, placeOf, remember, type SharedEvent } from './history.js'
import { readStream } from './lead.js'
import type { Member, MemberListener } from './membership.js'
import { isMessage, type Message, type StreamState } from './message.js'
import { followPage } from './page-life.js'
import { nameGroup, type Plan } from './plan.js'
import type { KeepStream, KeptStream } from './transport.js'
import { againAt, askAt, forceAt, hiddenFactor, lastEpoch, lingerMs, lookMs, rescueAt, rescueMs } from './watch.js'
import type { World } from './world.js'

/**
 * Joins a group. `elect` is how its members agree, `keep` how the leader reads, and `canResume` whether it can do so from
 * a last event ID on; `wanted` are the event types this member wants, for transports that must be told.
 */
export function join(
  world: World,
  plan: Plan,
  elect: Elect,
  keep: KeepStream,
  canResume: boolean,
  wanted: Iterable<string>,
  listener: MemberListener,
): Member {
  let owner = listener
  const { replay = 0 } = plan
  const name = nameGroup(elect.way, plan)
  const types = new Set(wanted)
  /** The last events; empty as long as nothing was heard of the stream. */
  const history: SharedEvent[] = []
  /** The connection as the owner last heard of it. */
  let state: StreamState = 0
  let reason = ''
  let origin = ''
  /** The latest heard of. It begins with the clock, so that a newcomer's is later than all before it. */
  let epoch = 0
  /** As long as it is there: a page that sleeps is not. */
  let timer: number | undefined
  let channel: BroadcastChannel | undefined
  /** As long as it leads. */
  let stream: KeptStream | undefined
  /** Looks since the leader was heard, and all looks of a hidden page. */
  let quiet = 0
  let hidden = 0
  /** Looks since this member is lost; 0 as long as it is not. */
  let lost = 0
  /** It takes the lead because nobody else remembers what it missed; and until when it must not do so again and again. */
  let rescues = false
  let restAt = 0

  const election = elect.begin(world, name, lead, follow, onAlone, plan)
  const lastId = () => placeOf(history.at(-1))[2]

  function say(word = '', events: SharedEvent[] = [], before = history.at(-1), mine = stream ? epoch : 0): void {
    const message: Message = [mine, [...types], [placeOf(before), ...events], state, reason, origin, word]
    channel?.postMessage(message)
  }

  /**
   * Takes the next events of the shared stream. The others have them first: what the owner does must not delay them. It
   * gets them one by one: what it awaits goes on in between, as between the events of an EventSource.
   */
  async function take(events: SharedEvent[]): Promise<void> {
    if (stream) say('', events)
    for (const event of events) remember(history, event)
    for await (const event of events) if (event[0]) await owner.onEvent?.(event, origin)
  }

  function setState(said: StreamState, why: string, from = origin): void {
    // A leader counts how often in a row the stream was lost.
    const next = stream && said < 0 ? Math.min(state, 0) - 1 : said
    const isNews = next !== state
    state = next
    reason = why
    origin = from
    if (stream) say()
    if (!isNews) return
    if (next === 2) exit(lingerMs)
    owner.onState?.(next, why)
  }

  function tellGap(): void {
    if (stream) say('gap')
    owner.onGap?.(lastId())
  }

  // --- leading ---

  function lead(): void {
    // Elected in the moment of leaving.
    if (!timer) return
    // A beginning like no other: nobody else shall think to have been there.
    if (!history.length) history.push(['', '', '', world.Math.random() - 1, 0])
    if (rescues) restAt = Math.max(restAt, world.performance.now()) + rescueMs
    settle()
    epoch = Math.max(epoch + 1, world.Date.now() + world.Math.random())
    stream = readStream(keep, types, history, take, tellGap, setState)
    say()
    owner.onLeaderChange?.(true)
  }

  function stepDown(): void {
    settle()
    stream?.close() // what it has read still goes to the others
    if (!stream) return
    say('bye')
    stream = undefined
    owner.onLeaderChange?.(false)
  }

  // --- following ---

  function follow(): void {
    quiet = 0
    stepDown()
    // Whoever hears of the end of a lead may have left.
    if (timer) election.stand()
  }

  function lose(): void {
    lost = 1
    say(history.length ? '' : `${replay}`)
  }

  /** No longer lost. */
  function settle(): void {
    lost = 0
    rescues = false
  }

  function rescue(): void {
    lose()
    // As long as the leader has no connection it may still come to this member's place.
    if (state < 1 || !history.length) return
    if (lastId() && canResume && restAt - world.performance.now() < rescueMs) {
      rescues = true
      election.stand(true)
    } else {
      tellGap()
      history.length = 0
      lose()
    }
  }

  function look(): void {
    timer = world.setTimeout(look, lookMs)
    stream?.hurry()
    if (stream) return
    // Browsers hold back the timers of hidden pages, which are in no position to judge.
    if (world.document?.visibilityState !== 'hidden' || ++hidden % hiddenFactor === 0) {
      quiet++
      if (quiet === askAt) say()
      if (quiet === againAt) election.stand()
      if (quiet === forceAt) election.stand(true)
      quiet %= forceAt
    }
    if (lost && ++lost > rescueAt) rescue()
  }

  function hear([heard, theirTypes, events, theirState, why, from, word]: Message): void {
    theirTypes.forEach(types.add, types)
    if (heard < epoch) {
      if (stream) answer(heard, events[0] as SharedEvent, word)
      return
    }
    if (!heard) return
    if (theirState === 2) {
      setState(2, why)
      return
    }
    if (stream) follow()
    const isNew = heard > epoch
    epoch = heard
    quiet = 0
    election.heard?.(word === 'bye')
    setState(theirState, why, from)
    if (word === 'gap') tellGap()
    const news = history.length ? newsIn(events, history, !!lost) : word === `${replay}` && events
    if (news) {
      settle()
      take(news)
    } else if (isNew || !lost) lose()
  }

  /** To who asks, or does not know yet that it was deposed. */
  function answer(heard: number, place: SharedEvent, word: string): void {
    // Who asks hears nothing; perhaps this page is hidden, and its timers are held back.
    stream?.hurry()
    const first = word ? Math.max(1, history.length - +word) : findPlace(history, place) + 1
    const from = first || history.length
    if (heard) say()
    else say(word, history.slice(from), history[from - 1])
  }

  // --- coming and going ---

  function enter(): void {
    if (timer) return
    timer = world.setTimeout(look, lookMs)
    try {
      channel = new (world.BroadcastChannel as typeof BroadcastChannel)(name)
      channel.onmessage = ({ data }) => (isMessage(data) ? hear(data) : owner.onApp?.(data))
    } catch {
      // There is none, or it is denied, as where a page may store nothing: so are locks then.
    }
    election.stand()
    lose()
  }

  function onAlone(): void {
    channel?.close()
    channel = undefined
    lead()
  }

  function leave(afterMs = 0): void {
    if (!timer) return
    world.clearTimeout(timer)
    timer = undefined
    stepDown()
    channel?.close()
    channel = undefined
    quiet = 0
    if (afterMs) world.setTimeout(election.close, afterMs)
    else election.close()
  }

  function exit(afterMs?: number): void {
    leave(afterMs)
    ignorePage()
  }

  const ignorePage = followPage(
    world,
    () => leave(),
    enter,
    () => stream?.hurry(true),
  )
  enter()

  return {
    isLeader: () => !!stream,
    addType(type) {
      if (types.has(type)) return
      types.add(type)
      stream?.hurry()
      say()
    },
    say: (value) => channel?.postMessage(value),
    demoteToFollower: () => stream && follow(),
    end() {
      exit(lingerMs)
      setState(2, '')
    },
    leave(everybody) {
      owner = {}
      if (everybody) {
        state = 2
        reason = ''
        say('', [], undefined, lastEpoch)
      }
      exit(everybody ? lingerMs : 0)
    },
  }
}
