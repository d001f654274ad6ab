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
import type { Elect, Election } from './elect.js'
import { electAlone } from './elect-alone.js'
import { findPlace, isSame, newsIn, placeOf, remember, type SharedEvent } from './history.js'
import { type AskMessage, isMessage, type LeadMessage, type Message, type StreamState } from './message.js'
import { nameGroup, type Plan } from './plan.js'
import type { KeepStream, KeptStream } from './transport.js'
import { startWatch, type Watch } from './watch.js'
import type { World } from './world.js'

/** How a member agrees with the others, and reads. */
export interface Ways {
  elect: Elect
  keep: KeepStream
  /** Whether the stream can resume at a last event ID. */
  canResume: boolean
}

/** What a member tells its owner. */
export interface MemberListener {
  onEvent(event: SharedEvent, origin: string): void
  /** The shared connection is open (1), over (2), or was lost once more (below zero). */
  onState(state: StreamState, reason: string): void
  onLeading?(leading: boolean): void
  /** Events may be missing here: nobody can bring them back. */
  onGap?(lastEventId: string): void
  /** Another tab's app said something. */
  onApp?(value: unknown): void
}

/** A member of a group. */
export interface Member {
  isLeading(): boolean
  /** Asks for one more event type. */
  addType(type: string): void
  /** Says something to the other tabs' apps. */
  say(value: unknown): void
  /** Gives up the lead, if it has it, and queues again. */
  stepBack(): void
  /** Leaves for good; `everybody` ends the group in all tabs. */
  leave(everybody?: boolean): void
  /** The stream is over for this member; the others have what it read and see for themselves. */
  end(reason: string): void
}

/** Without locks: silence after which a newcomer leads, and after which a follower does when the leader said goodbye. */
const joinMs = 200
const byeMs = 30

/** Who is told that the stream is over leaves before the lock passes on: else each would try the server once more. */
const lingerMs = 100

/**
 * How long a member that is lost waits for an answer before it asks again or takes the lead, and how long after that it
 * believes that the server cannot bring back what it missed.
 */
const lostMs = 1_000
const rescueMs = 5_000

/**
 * Epochs begin with the clock, so that a newcomer's is later than all before it; the rest tells two of one millisecond
 * apart. Should the clock be set back, the others do not heed a newcomer that leads, and one of them takes over.
 */
const epochsPerMs = 1024

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
  let channel: BroadcastChannel | undefined
  let election: Election | undefined
  let watch: Watch | undefined
  let stream: KeptStream | undefined
  let leading = false

  /** The connection as the owner last heard of it. */
  let state: StreamState = 0
  let reason = ''
  let { origin } = new URL(plan.url)
  /** The latest epoch heard of. */
  let epoch = 0
  /** The last events; empty as long as nothing was heard of the stream. */
  const history: SharedEvent[] = []
  let lost = false
  let lostTimer: number | undefined
  /** When it took the lead because nobody else remembered what it missed. */
  let rescuedAt = Number.NEGATIVE_INFINITY

  const post = (...message: Message) => channel?.postMessage(message)

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
    if (next === 2) exit(lingerMs)
    listener.onState(next, why)
  }

  // --- leading ---

  function tell(word = '', events: SharedEvent[] = [], before = history.at(-1)): void {
    post('lead', epoch, state, reason, origin, [...types], [placeOf(before), ...events], word)
  }

  function lead(): void {
    leading = true
    settle()
    watch?.stop()
    // A beginning like no other: nobody else shall think to have been there.
    if (!history.length) history.push(['', '', '', world.Math.random(), 0])
    epoch = Math.max(epoch + 1, Math.floor((world.Date.now() + world.Math.random()) * epochsPerMs))
    tell()
    listener.onLeading?.(true)
    // Whoever hears of this may have ended it all.
    if (leading) read()
  }

  function read(): void {
    let resumes: boolean
    let isFirst: boolean
    const place = () => history.at(-1) as SharedEvent
    stream = keep(
      () => {
        resumes = canResume
        return { lastEventId: place()[2], types }
      },
      {
        onOpen(newOrigin) {
          const [, , id, since] = place()
          if (id ? !resumes : since >= 1) {
            tell('gap')
            listener.onGap?.(id)
          }
          // A transport that connects again by itself resumes by itself.
          resumes = isFirst = true
          setState(1, '', newOrigin)
        },
        onEvents(events) {
          if (!events.length) return
          let since = place()[3]
          for (const event of events) since = event[3] &&= since + 1
          // Some servers resume with the very event that they were to resume after, or with all they have.
          const known = isFirst ? events.findLastIndex((event) => isSame(place(), event)) : -1
          isFirst = false
          take(events.slice(known + 1))
        },
        onLost: (why) => setState(Math.min(state, 0) - 1, why),
        onOver: (why) => setState(2, why),
      },
      state === 1,
    )
  }

  /** Another leads: follow it. */
  function follow(): void {
    if (!leading) return
    stepDown()
    // Whoever hears of this may have left.
    if (!election) return
    startWatching()
    election.stand('wait')
  }

  function stepDown(): void {
    stream?.close() // what it has read still goes to the others
    stream = undefined
    if (!leading) return
    leading = false
    listener.onLeading?.(false)
  }

  function hearAsk([, theirTypes, [place], replay]: AskMessage): void {
    for (const type of theirTypes) addType(type, true)
    if (!leading) return
    // Who asks hears nothing; perhaps this page is hidden, and its timers are held back.
    stream?.hurry(true)
    const isNew = replay >= 0
    const first = isNew ? Math.max(1, history.length - replay) : findPlace(history, place as SharedEvent) + 1
    const from = first || history.length
    tell(isNew ? `${replay}` : '', history.slice(from), history[from - 1])
  }

  // --- following ---

  function ask(): void {
    post('ask', [...types], [placeOf(history.at(-1))], history.length ? -1 : (plan.replay ?? 0))
  }

  function lose(): void {
    if (!election) return
    lost = true
    ask()
    world.clearTimeout(lostTimer)
    lostTimer = world.setTimeout(rescue, lostMs)
  }

  /** No longer lost. */
  function settle(): void {
    lost = false
    world.clearTimeout(lostTimer)
  }

  function rescue(): void {
    const now = world.performance.now()
    const [, , id] = placeOf(history.at(-1))
    // As long as the leader has no connection it may still come to this member's place.
    if (state < 1 || !history.length) lose()
    else if (id && canResume && now - rescuedAt > rescueMs) {
      rescuedAt = now
      election?.stand('force')
    } else {
      listener.onGap?.(id)
      history.length = 0
      lose()
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
    if (isNew) follow()
    if (leading) return
    epoch = heard
    watch?.heard()
    for (const type of theirTypes) types.add(type)
    setState(theirState, why, theirOrigin)
    if (word === 'gap') listener.onGap?.(placeOf(history.at(-1))[2])
    if (word === 'bye') watch?.suspect(byeMs)
    const isAnswer = word === `${plan.replay ?? 0}`
    const news = history.length ? newsIn(events, history, lost) : isAnswer && events
    if (news) {
      settle()
      take(news)
    } else if (isNew || !lost) lose()
  }

  function hear(message: unknown): void {
    if (!isMessage(message)) return
    if (message[0] === 'app') listener.onApp?.(message[1])
    else if (message[0] === 'ask') hearAsk(message)
    else hearLeader(message)
  }

  function startWatching(): void {
    watch?.stop()
    watch = startWatch(world, elect.steps, (act) => (act === 'ask' ? ask() : election?.stand(act)))
  }

  // --- coming and going ---

  function enter(): void {
    if (election) return
    const name = nameGroup(elect.way, plan)
    if (elect !== electAlone && world.BroadcastChannel) {
      channel = new world.BroadcastChannel(name)
      channel.onmessage = (event) => hear(event.data)
    }
    election = elect.begin(world, name, plan, {
      onElected: lead,
      onDeposed: follow,
      onRefused() {
        leave()
        elect = electAlone
        enter()
      },
    })
    startWatching()
    lose()
    election.stand('wait')
    if (elect.way === 'question') watch?.suspect(joinMs)
  }

  function leave(withdrawMs = 0): void {
    const last = election
    if (!last) return
    const led = leading
    stepDown()
    if (led && elect.way === 'question') tell('bye')
    watch?.stop()
    settle()
    channel?.close()
    channel = election = undefined
    if (withdrawMs) world.setTimeout(() => last.withdraw(), withdrawMs)
    else last.withdraw()
  }

  function exit(withdrawMs?: number): void {
    leave(withdrawMs)
    for (const [type, act] of ways) world.removeEventListener(type, act, true)
  }

  function addType(type: string, isHearsay = false): void {
    if (types.has(type)) return
    types.add(type)
    if (leading) stream?.addType(type)
    else if (!isHearsay) ask()
  }

  // A page in the back/forward cache keeps its lock for a minute, and a message on its channel evicts it: so leave both.
  const ways: [type: string, act: (event: Event) => unknown][] = [
    ['pagehide', () => leave()],
    ['freeze', () => leave()],
    ['resume', enter],
    ['pageshow', (event) => (event as PageTransitionEvent).persisted && enter()],
    ['visibilitychange', () => leading || watch?.look()],
    ['online', () => stream?.hurry()],
  ]
  // Captured at the window: `freeze`, `resume` and `visibilitychange` are sent to the document.
  for (const [type, act] of ways) world.addEventListener(type, act, true)
  enter()

  return {
    isLeading: () => leading,
    addType,
    say: (value) => post('app', value),
    stepBack() {
      if (!leading) return
      election?.withdraw()
      follow()
    },
    end(why) {
      exit(lingerMs)
      setState(2, why)
    },
    leave(everybody) {
      if (everybody) {
        epoch = Number.POSITIVE_INFINITY
        state = 2
        reason = endedByTab
        tell()
      }
      exit()
    },
  }
}
