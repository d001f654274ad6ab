/**
 * One member of a group that shares a stream: it leads or follows, and its owner sees the same events either way.
 *
 * The leader reads the stream and passes on what it reads. Every member keeps the last event ID it has come to, and the
 * events it saw last. Who takes the lead resumes at its own id and tells it to the others, and each of them finds out
 * how it stands to that:
 *
 * - the same: what the leader reads is what comes next;
 * - *ahead*, for it knows the leader's id as an older one (the last words of the old leader reached it and not the new
 *   one, or it led itself, hung, and was deposed): it lets pass what it has seen;
 * - *adrift*, for it does not know the leader's id: it asks for what came after its own, and takes nothing until it has
 *   that, or until the leader comes to its id. When the leader does not remember that far back, it takes the lead itself:
 *   who has missed most resumes there, and the others let pass what they have seen.
 *
 * Ids are opaque: they are compared with each other, never ordered. What a later epoch has said is never taken back by
 * an earlier one.
 */
import type { Elect, Election } from './elect.js'
import { electAlone } from './elect-alone.js'
import { eventsAfter, remember, type SharedEvent } from './history.js'
import { type KeptStream, keepOpen } from './keep-open.js'
import {
  type AskMessage,
  type EventsMessage,
  type HereMessage,
  isMessage,
  type Message,
  type StreamState,
} from './message.js'
import { nameGroup, type Plan } from './plan.js'
import type { OpenStream } from './transport.js'
import { startWatch, type Watch } from './watch.js'
import type { World } from './world.js'

/** How a member agrees with the others, and reads. */
export interface Ways {
  elect: Elect
  open: OpenStream
  /** Whether `open` can resume at a last event ID. */
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

/** Silence until a follower asks; until it stands afresh, or without locks leads; and with locks until it leads. */
const quietMs = 1_500
const answerMs = 1_200
const answerToQuestionMs = 400
const againMs = 250

/** Without locks: silence after which a newcomer leads, and after which a follower does when the leader said goodbye. */
const joinMs = 200
const byeMs = 30

/** Who is told that the stream is over leaves before the lock passes on: else each would try the server once more. */
const lingerMs = 100

/**
 * How long a member that is adrift waits for the leader to come to its id before it takes the lead, and how long after
 * that it believes that the server cannot bring back what it missed.
 */
const adriftMs = 1_000
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
  { elect, open, canResume }: Ways,
  wanted: Iterable<string>,
  listener: MemberListener,
): Member {
  const types = new Set(wanted)
  const replay = plan.replay ?? 0
  let channel: BroadcastChannel | undefined
  let election: Election | undefined
  let watch: Watch | undefined
  let stream: KeptStream | undefined
  let present = false
  let over = false
  let leading = false

  /** The connection as the owner last heard of it. */
  let state: StreamState = 0
  let reason = ''
  let { origin } = new URL(plan.url)
  /** The latest epoch heard of. */
  let epoch = 0
  /** The last event ID that this member has come to. */
  let id = ''
  /** The last events; empty as long as nothing was heard of the stream. */
  const history: SharedEvent[] = []
  /** Events that this member has seen and the leader has not come to yet. */
  let ahead: SharedEvent[] = []
  /** Where it stands to the leader is not known yet. */
  let adrift = true
  /** What the answer to its last question is addressed to; empty when it waits for none. */
  let token = ''
  let adriftTimer: number | undefined
  /** When it took the lead because nobody else remembered what it missed. */
  let rescuedAt = Number.NEGATIVE_INFINITY

  const post = (...message: Message) => channel?.postMessage(message)

  // --- events ---

  /** Takes the next events of the shared stream, new or seen. */
  function take(events: readonly SharedEvent[]): void {
    for (const event of events) {
      const [type, , lastEventId, hasId] = event
      if (ahead.length && hasId) {
        const rest = eventsAfter(ahead, lastEventId)
        ahead = rest ?? []
        if (rest) continue
      }
      if (!ahead.length) {
        id = lastEventId
        remember(history, event)
      }
      if (type) listener.onEvent(event, origin)
    }
  }

  /** Begins at an id, with nothing before it. */
  function startAt(lastEventId: string): void {
    history.length = 0
    ahead = []
    id = lastEventId
    if (id) history.push(['', '', id, true, 0])
  }

  function setState(next: StreamState, why: string, newOrigin = origin): void {
    const isNews = next !== state
    state = next
    reason = why
    origin = newOrigin
    if (leading) here()
    if (!isNews) return
    if (next === 2) depart(lingerMs)
    listener.onState(next, why)
  }

  // --- leading ---

  function here(begins = false, to = '', first = '', events: SharedEvent[] | null = null): void {
    post('here', epoch, state, reason, origin, id, [...types], begins, to, first, events)
  }

  function lead(): void {
    leading = true
    settleDown()
    ahead = []
    watch?.stop()
    epoch = Math.max(epoch + 1, Math.floor((world.Date.now() + world.Math.random()) * epochsPerMs))
    here(true)
    listener.onLeading?.(true)
    // Whoever hears of this may have ended it all.
    if (leading) openStream()
  }

  function openStream(): void {
    /** This connection follows another, and it can be told where that one ended. */
    let follows = history.length > 0
    let resumes = true
    let isFirst = true
    stream = keepOpen(
      world,
      open,
      plan,
      () => {
        resumes = canResume
        isFirst = true
        return { lastEventId: id, types }
      },
      {
        onOpen(newOrigin) {
          if (leading && follows && (id ? !resumes : history.length)) {
            post('gap', epoch)
            listener.onGap?.(id)
          }
          // A transport that connects again by itself resumes by itself.
          follows = resumes = true
          setState(1, '', newOrigin)
        },
        onEvents(events) {
          if (!leading || !events.length) return
          relay(isFirst ? withoutReplayed(events) : events)
          isFirst = false
        },
        onLost: (why) => setState(Math.min(state, 0) - 1, why),
        onOver: (why) => setState(2, why),
      },
      state === 1,
    )
  }

  /**
   * Some servers resume with the very event that they were to resume after, or with all they have. What comes in one
   * piece up to that event, which is known, is known too.
   */
  function withoutReplayed(events: SharedEvent[]): SharedEvent[] {
    const after = id && eventsAfter(events, id)
    const data = after && events[events.length - after.length - 1]?.[1]
    return after && history.some((seen) => seen[2] === id && (!seen[0] || seen[1] === data)) ? after : events
  }

  /** Passes events on, then takes them: what the owner does with them must not keep others waiting. */
  function relay(events: SharedEvent[]): void {
    post('events', epoch, events)
    take(events)
  }

  function stepDown(): void {
    if (!leading) return
    leading = false
    stream?.close()
    stream = undefined
    listener.onLeading?.(false)
  }

  /** Another leads: follow it. */
  function follow(): void {
    if (!leading) return
    stepDown()
    election?.stand('wait')
    startWatching()
  }

  function answer([, to, asked, since, last]: AskMessage): void {
    if (!to) here()
    else if (asked && !history.length) {
      // A newcomer got the lead before it knew of any stream: it goes on where the others are.
      startAt(asked)
      here(true)
      stream?.reopen()
    } else {
      const events = last < 0 ? eventsAfter(history, asked)?.slice(since) : history.slice(history.length - last)
      here(false, to, history.find((event) => event[3])?.[2] ?? id, events)
    }
  }

  // --- following ---

  function ask(): void {
    const since = eventsAfter(history, id)?.length ?? 0
    post('ask', token, id, since, history.length ? -1 : replay, [...types])
  }

  function askForMissed(): void {
    settleDown()
    adrift = true
    token = `${world.Math.random()}`
    ask()
  }

  /** No longer adrift, or no longer in this way. */
  function settleDown(): void {
    adrift = false
    token = ''
    world.clearTimeout(adriftTimer)
  }

  function hearLeader([
    ,
    heard,
    theirState,
    why,
    theirOrigin,
    leaderId,
    theirTypes,
    begins,
    to,
    ...rest
  ]: HereMessage): void {
    const isNews = begins || heard > epoch
    epoch = heard
    for (const type of theirTypes) types.add(type)
    if (token && to === token) hearAnswer(leaderId, ...rest)
    else if (isNews || (adrift && !history.length && !replay)) compareWith(leaderId)
    setState(theirState, why, theirOrigin)
  }

  /** Finds out how this member stands to a leader that has come to an id. */
  function compareWith(leaderId: string): void {
    settleDown()
    ahead = []
    if (!history.length && !replay) startAt(leaderId)
    else if (!history.length || leaderId !== id) {
      const seen = leaderId && eventsAfter(history, leaderId)
      if (seen) ahead = seen
      else askForMissed()
    }
  }

  function hearAnswer(leaderId: string, first: string, events: SharedEvent[] | null): void {
    settleDown()
    if (events) {
      if (!history.length) startAt(events.length ? '' : leaderId)
      take(events)
      return
    }
    adrift = true
    const rescue = () => {
      const now = world.performance.now()
      // As long as the leader has no connection it may still come to this member's id.
      if (state < 1) wait()
      else if (canResume && first && now - rescuedAt > rescueMs) {
        rescuedAt = now
        election?.stand('force')
      } else lose()
    }
    const wait = () => {
      adriftTimer = world.setTimeout(rescue, adriftMs)
    }
    const lose = () => {
      listener.onGap?.(id)
      startAt(first)
      askForMissed()
    }
    if (id) wait()
    else lose()
  }

  function hearEvents([, heard, events]: EventsMessage): void {
    if (heard > epoch) {
      epoch = heard
      askForMissed()
    } else if (!adrift) take(events)
    else if (id) {
      const rest = eventsAfter(events, id)
      if (!rest) return
      settleDown()
      take(rest)
    }
  }

  function hear(message: unknown): void {
    if (!present || !isMessage(message)) return
    if (message[0] === 'app') listener.onApp?.(message[1])
    else if (message[0] === 'end') setState(2, endedByTab)
    else if (message[0] === 'ask') {
      for (const type of message[5]) addType(type, true)
      if (!leading) return
      // Who asks hears nothing; perhaps this page is hidden, and its timers are held back.
      stream?.hurry(true)
      answer(message)
    } else if (message[1] < epoch) {
      // Somebody who does not know yet that it was deposed.
      if (leading) here()
    } else {
      if (message[1] > epoch) follow()
      if (leading) return
      watch?.heard()
      if (message[0] === 'here') hearLeader(message)
      else if (message[0] === 'events') hearEvents(message)
      else if (message[0] === 'gap') listener.onGap?.(id)
      else watch?.suspect(byeMs)
    }
  }

  function startWatching(): void {
    watch?.stop()
    const stand = (how: 'again' | 'force') => () => election?.stand(how)
    if (elect.way === 'lock') {
      watch = startWatch(world, [
        [quietMs, ask],
        [answerMs, stand('again')],
        [againMs, stand('force')],
      ])
    } else if (elect.way === 'question') {
      watch = startWatch(world, [
        [quietMs, ask],
        [answerToQuestionMs, stand('force')],
      ])
    }
  }

  // --- coming and going ---

  function enter(): void {
    if (present || over) return
    present = true
    const name = nameGroup(elect.way, plan)
    if (elect.way !== 'alone' && world.BroadcastChannel) {
      channel = new world.BroadcastChannel(name)
      channel.onmessage = (event) => hear(event.data)
    }
    election = elect.begin(world, name, plan, {
      onElected: lead,
      onDeposed: follow,
      onRefused() {
        exit()
        elect = electAlone
        enter()
      },
    })
    startWatching()
    askForMissed()
    election.stand('wait')
    if (elect.way === 'question') watch?.suspect(joinMs)
  }

  function exit(withdrawMs = 0): void {
    if (!present) return
    present = false
    const led = leading
    stream?.close() // what it has read still goes to the others
    stepDown()
    if (led && elect.way === 'question') post('bye', epoch)
    watch?.stop()
    settleDown()
    channel?.close()
    channel = undefined
    const last = election
    if (withdrawMs) world.setTimeout(() => last?.withdraw(), withdrawMs)
    else last?.withdraw()
  }

  function depart(withdrawMs?: number): void {
    if (over) return
    over = true
    exit(withdrawMs)
    for (const [type, act] of ways) world.removeEventListener(type, act, true)
  }

  function addType(type: string, isHearsay = false): void {
    if (types.has(type)) return
    types.add(type)
    if (leading) stream?.addType(type)
    else if (present && !isHearsay) ask()
  }

  // A page in the back/forward cache keeps its lock for a minute, and a message on its channel evicts it: so leave both.
  const ways: [type: string, act: (event: Event) => unknown][] = [
    ['pagehide', () => exit()],
    ['freeze', () => exit()],
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
      depart(lingerMs)
      setState(2, why)
    },
    leave(everybody = false) {
      if (everybody && !over) post('end')
      depart()
    },
  }
}
