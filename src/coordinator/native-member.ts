/**
 * A member of a group in the smallest form. It keeps its place and finds what is new to it as `member.ts` does, with one
 * Web Lock, one EventSource and one timer, and leaves out what only the other forms have: words between apps, replays,
 * backoff, other ways to elect, and a watch by hidden pages.
 */
import { queueForLock } from './elect-by-lock.js'
import { findPlace, newsIn, placeOf, remember, type SharedEvent } from './history.js'
import { isLike } from './is-like.js'
import { readStream } from './lead.js'
import type { MemberListener, Sharer } from './membership.js'
import { followPage } from './page-life.js'
import { nameGroup, type StreamIdentity } from './plan.js'
import type { KeepStream, KeptStream } from './transport.js'
import { againAt, askAt, forceAt, lookMs, rescueAt, rescueMs } from './watch.js'
import type { World } from './world.js'

/** What members say to each other. */
type Words = [
  /** Of the leader; 0 of who asks for it. */
  epoch: number,
  state: number,
  origin: string,
  types: string[],
  isGap: boolean,
  /** A place, and the events that follow it. */
  events: SharedEvent[],
]

/** Joins a group. `keep` reads the stream, and can resume or not. */
export function joinNatively(
  world: World,
  plan: StreamIdentity,
  keep: KeepStream,
  canResume: boolean,
  listener: MemberListener,
): Sharer {
  let owner = listener
  const name = nameGroup('native', plan)
  const types = new Set(['message'])
  const history: SharedEvent[] = []
  let origin = ''
  let state = 0
  let epoch = 0
  let channel: BroadcastChannel | undefined
  /** As long as it is there. */
  let lookTimer: number | undefined
  /** As long as it leads. */
  let stream: KeptStream | undefined
  /** Looks since the leader was heard, and since this member is lost; 0 as long as it is not. */
  let quiet = 0
  let lost = 0
  /** It takes the lead because nobody else remembers what it missed; and until when it must not do so again and again. */
  let rescues = false
  let restAt = 0

  const election = queueForLock(world, name, lead, follow, onAlone)

  function say(heard: number, isGap = false, events: SharedEvent[] = [], before = history.at(-1)): void {
    channel?.postMessage([heard, state, origin, [...types], isGap, [placeOf(before), ...events]] satisfies Words)
  }

  async function take(events: SharedEvent[]): Promise<void> {
    if (stream) say(epoch, false, events)
    for (const event of events) remember(history, event)
    for await (const event of events) if (event[0]) await owner.onEvent?.(event, origin)
  }

  function setState(said: number, _reason: string, from = origin): void {
    // A leader counts how often in a row the stream was lost.
    const next = stream && said < 0 ? Math.min(state, 0) - 1 : said
    const isNews = next !== state
    state = next
    origin = from
    if (stream) say(epoch)
    if (next === 2) exit()
    if (isNews) owner.onState?.(next, '')
  }

  function tellGap(): void {
    if (stream) say(epoch, true)
    owner.onGap?.(placeOf(history.at(-1))[2])
  }

  // --- leading ---

  function lead(): void {
    quiet = 0
    if (!history.length) history.push(['', '', '', world.Math.random() - 1, 0])
    if (rescues) restAt = Math.max(restAt, world.performance.now()) + rescueMs
    settle()
    epoch = Math.max(epoch + 1, world.Date.now() + world.Math.random())
    say(epoch)
    stream = readStream(keep, types, history, take, tellGap, setState)
  }

  function stepDown(): void {
    stream?.close()
    stream = undefined
  }

  function follow(): void {
    stepDown()
    election.stand()
  }

  // --- following ---

  function lose(): void {
    lost = 1
    say(0)
  }

  /** No longer lost. */
  function settle(): void {
    lost = 0
    rescues = false
  }

  function look(): void {
    lookTimer = world.setTimeout(look, lookMs)
    stream?.hurry()
    if (stream) return
    if (lost && ++lost > rescueAt) rescue()
    quiet = world.document?.visibilityState === 'hidden' ? 0 : quiet + 1
    if (quiet === askAt) say(0)
    if (quiet === againAt) election.stand()
    if (quiet === forceAt) election.stand(true)
    quiet %= forceAt
  }

  function rescue(): void {
    lose()
    // As long as the leader has no connection it may still come to this member's place.
    if (state < 1 || !history.length) return
    if (placeOf(history.at(-1))[2] && canResume && restAt - world.performance.now() < rescueMs) {
      rescues = true
      election.stand(true)
    } else {
      tellGap()
      history.length = 0
    }
  }

  function hear([heard, theirState, theirOrigin, theirTypes, isGap, events]: Words): void {
    theirTypes.forEach(types.add, types)
    if (heard < epoch) {
      // Timers may be held back here, and the one who asks is not served.
      stream?.hurry()
      const from = findPlace(history, events[0] as SharedEvent) + 1 || history.length
      if (!stream) return
      if (heard) say(epoch)
      else say(epoch, false, history.slice(from), history[from - 1])
      return
    }
    if (!heard) return
    if (stream) follow()
    const isNew = heard > epoch
    epoch = heard
    quiet = 0
    setState(theirState, '', theirOrigin)
    if (isGap) tellGap()
    const news = history.length ? newsIn(events, history, !!lost) : [placeOf(events.at(-1))]
    if (news) {
      settle()
      take(news)
    } else if (isNew || !lost) lose()
  }

  // --- coming and going ---

  function enter(): void {
    if (lookTimer) return
    look()
    try {
      channel = new (world.BroadcastChannel as typeof BroadcastChannel)(name)
      channel.onmessage = ({ data }) => isLike(data, [0, 0, '', [''], true, [placeOf()]]) && hear(data)
    } catch {
      // There is none, or it is denied, as where a page may store nothing: so are locks then.
    }
    if (world.navigator?.locks) {
      election.stand()
      lose()
    } else onAlone()
  }

  function onAlone(): void {
    channel?.close()
    channel = undefined
    lead()
  }

  function leave(): void {
    stepDown()
    world.clearTimeout(lookTimer)
    channel?.close()
    channel = lookTimer = undefined
    quiet = 0
    election.close()
  }

  function exit(): void {
    leave()
    ignorePage()
  }

  const ignorePage = followPage(world, leave, enter, () => stream?.hurry(true))
  enter()
  return {
    addType(type) {
      types.add(type)
      stream?.hurry()
      say(0)
    },
    leave() {
      owner = {}
      exit()
    },
  }
}
