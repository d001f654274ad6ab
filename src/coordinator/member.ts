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
import { attend } from './attend.js'
import { findPlace, newsIn, placeOf, remember, type SharedEvent } from './history.js'
import { readStream } from './lead.js'
import type { Member, MemberListener, Ways } from './membership.js'
import type { AskMessage, LeadMessage, StreamState } from './message.js'
import type { Plan } from './plan.js'
import type { KeptStream } from './transport.js'
import type { World } from './world.js'

/** Who is told that the stream is over leaves before the lock passes on: else each would try the server once more. */
const lingerMs = 100

/**
 * After so many looks who is lost asks again, or takes the lead. It does that at most twice in so many milliseconds, and
 * then believes that the server cannot bring back what it missed.
 */
const lostLooks = 3
const rescueMs = 10_000

/**
 * Epochs begin with the clock, so that a newcomer's is later than all before it; the rest tells two of one millisecond
 * apart. Should the clock be set back, the others do not heed a newcomer that leads, and one of them takes over.
 */
const epochsPerMs = 1024

/** Later than any: that of who ends it all. */
const lastEpoch = 9e99

/** The reason when another tab ended the stream for all. */
export const endedByTab = 'Ended for all tabs'

/** Joins a group; `types` are the event types this member wants, for transports that must be told. */
export function join(
  world: World,
  plan: Plan,
  { elect, keep, canResume }: Ways,
  wanted: Iterable<string>,
  listener: MemberListener,
): Member {
  const types = new Set(wanted)
  const { replay = 0 } = plan
  let leading = false
  let stream: KeptStream | undefined

  /** The connection as the owner last heard of it. */
  let state: StreamState = 0
  let reason = ''
  let { origin } = new URL(plan.url)
  /** The latest epoch heard of. */
  let epoch = 0
  /** The last events; empty as long as nothing was heard of the stream. */
  const history: SharedEvent[] = []
  /** Looks since this member is lost; 0 as long as it is not. */
  let lost = 0
  /** It takes the lead because nobody else remembers what it missed; and until when it must not do so again and again. */
  let rescues = false
  let restAt = 0

  const group = attend(world, plan, elect, {
    onEnter: lose,
    onElected: lead,
    onDeposed: stepDown,
    ask,
    onLook: () => lost && ++lost > lostLooks && rescue(),
    onOnline: () => stream?.hurry(),
    onMessage(message) {
      if (message[0] === 'app') listener.onApp?.(message[1])
      else if (message[0] === 'ask') hearAsk(message)
      else hearLeader(message)
    },
  })

  // --- events ---

  /** Takes the next events of the shared stream. The others have them first: what the owner does must not delay them. */
  function take(events: SharedEvent[]): void {
    if (leading) tell('', events)
    for (const event of events) remember(history, event)
    for (const event of events) if (event[0]) listener.onEvent(event, origin)
  }

  function setState(next: StreamState, why: string, newOrigin = origin): void {
    const isNews = next !== state
    state = next
    reason = why
    origin = newOrigin
    if (leading) tell()
    if (!isNews) return
    if (next === 2) group.exit(lingerMs)
    listener.onState(next, why)
  }

  function onGap(): void {
    if (leading) tell('gap')
    listener.onGap?.(lastId())
  }

  const lastId = () => placeOf(history.at(-1))[2]

  // --- leading ---

  function tell(word = '', events: SharedEvent[] = [], before = history.at(-1)): void {
    group.post('lead', epoch, state, reason, origin, [...types], [placeOf(before), ...events], word)
  }

  function lead(): void {
    leading = true
    // A beginning like no other: nobody else shall think to have been there.
    if (!history.length) history.push(['', '', '', world.Math.random(), 0])
    if (rescues) restAt = Math.max(restAt, world.performance.now()) + rescueMs
    settle()
    epoch = Math.max(epoch + 1, Math.floor((world.Date.now() + world.Math.random()) * epochsPerMs))
    tell()
    listener.onLeading?.(true)
    // Whoever hears of this may have ended it all.
    if (!leading) return
    stream = readStream(keep, canResume, types, state === 1, {
      place: () => history.at(-1) as SharedEvent,
      onEvents: take,
      onGap,
      onState: (next, why, from) => setState(next < 0 ? Math.min(state, 0) - 1 : next, why, from),
    })
  }

  function stepDown(): void {
    settle()
    if (!leading) return
    stream?.close() // what it has read still goes to the others
    tell('bye')
    leading = false
    listener.onLeading?.(false)
  }

  function hearAsk([, theirTypes, [place], theirReplay]: AskMessage): void {
    for (const type of theirTypes) addType(type, true)
    if (!leading) return
    // Who asks hears nothing; perhaps this page is hidden, and its timers are held back.
    stream?.hurry(true)
    const isNew = theirReplay >= 0
    const first = isNew ? Math.max(1, history.length - theirReplay) : findPlace(history, place as SharedEvent) + 1
    const from = first || history.length
    tell(isNew ? `${theirReplay}` : '', history.slice(from), history[from - 1])
  }

  // --- following ---

  function ask(): void {
    group.post('ask', [...types], [placeOf(history.at(-1))], history.length ? -1 : replay)
  }

  function lose(): void {
    lost = 1
    ask()
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
      group.stand('force')
    } else {
      onGap()
      history.length = 0
    }
  }

  function hearLeader([, heard, theirState, why, theirOrigin, theirTypes, events, word]: LeadMessage): void {
    if (heard < epoch) {
      // Somebody who does not know yet that it was deposed.
      if (leading) tell()
      return
    }
    if (theirState === 2) {
      setState(2, why)
      return
    }
    const isNew = heard > epoch
    if (isNew && leading) {
      stepDown()
      group.queue()
    }
    if (leading) return
    epoch = heard
    group.heard(word === 'bye')
    for (const type of theirTypes) types.add(type)
    setState(theirState, why, theirOrigin)
    if (word === 'gap') onGap()
    const isAnswer = word === `${replay}`
    const news = history.length ? newsIn(events, history, !!lost) : isAnswer && events
    if (news) {
      settle()
      take(news)
    } else if (isNew || !lost) lose()
  }

  // --- coming and going ---

  function addType(type: string, isHearsay = false): void {
    if (types.has(type)) return
    types.add(type)
    if (leading) stream?.addType(type)
    else if (!isHearsay) ask()
  }

  group.enter()

  return {
    isLeading: () => leading,
    addType,
    say: (value) => group.post('app', value),
    stepBack() {
      if (!leading) return
      stepDown()
      group.queue()
    },
    end(why) {
      group.exit(lingerMs)
      setState(2, why)
    },
    leave(everybody) {
      if (everybody) {
        epoch = lastEpoch
        state = 2
        reason = endedByTab
        tell()
      }
      group.exit()
    },
  }
}
