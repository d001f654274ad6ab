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
 *   that, or until the leader comes to its id, or until it has read from the server itself what no tab remembers.
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
  type Message,
  readMessage,
  type StreamState,
} from './message.js'
import { nameGroup, type Plan } from './plan.js'
import type { ReadUntil } from './read-until.js'
import type { OpenStream, Stream, StreamRequest } from './transport.js'
import { startWatch, type Watch, type WatchTimes } from './watch.js'
import type { World } from './world.js'

/** What a member shares, and how. */
export interface MemberOptions {
  plan: Plan
  elect: Elect
  open: OpenStream
  /** Whether `open` can resume at a last event ID. */
  canResume: boolean
  /** Reads from the server what no tab remembers; without it that is a gap. */
  readUntil?: ReadUntil
  /** How many of the last events a newcomer wants. */
  replay: number
  /** The event types this member wants, for transports that must be told. */
  types: Iterable<string>
}

/** What a member tells its owner. */
export interface MemberListener {
  onEvent(event: SharedEvent, origin: string): void
  /** The shared connection is being made (0), open (1) or over (2). */
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
}

const lockTimes: WatchTimes = { quietMs: 1_500, answerMs: 1_200, againMs: 250 }
const questionTimes: WatchTimes = { quietMs: 1_500, answerMs: 400, againMs: 0 }

/** Without locks: silence after which a newcomer leads, and after which a follower does when the leader said goodbye. */
const joinMs = 200
const byeMs = 30

/** Who is told that the stream is over leaves before the lock passes on: else each would try the server once more. */
const lingerMs = 100

/** How long a member that is adrift waits for the leader to come to its id before it asks the server. */
const adriftMs = 1_000

/**
 * Epochs begin with the clock, so that a newcomer's is later than all before it; the rest tells two of one millisecond
 * apart. Should the clock be set back, the others do not heed a newcomer that leads, and one of them takes over.
 */
const epochsPerMs = 1024

/** The reason when another tab ended the stream for all. */
export const endedByTab = 'Ended for all tabs'

/** Joins a group. */
export function join(world: World, options: MemberOptions, listener: MemberListener): Member {
  const { plan, open } = options
  const types = new Set(options.types)
  let { elect } = options
  let channel: BroadcastChannel | undefined
  let election: Election | undefined
  let watch: Watch | undefined
  let stream: KeptStream | undefined
  let present = false
  let over = false
  let leading = false

  /** The connection as the owner last heard of it. */
  let state: StreamState = 0
  let { origin } = new URL(plan.url)
  /** The latest epoch heard of, and the last one before it that was told so. */
  let epoch = 0
  let deposed = 0
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
  let bridge: Pick<Stream, 'close'> | undefined

  const post = (message: Message) => channel?.postMessage(message)

  // --- events ---

  /** Takes the next events of the shared stream, new or seen. */
  function take(events: readonly SharedEvent[]): void {
    for (const event of events) {
      if (ahead.length) {
        const index = ahead.findIndex((seen) => event[3] && seen[3] && seen[2] === event[2])
        if (index >= 0) {
          ahead = ahead.slice(index + 1)
          continue
        }
        if (event[3]) ahead = []
      }
      if (!ahead.length) {
        id = event[2]
        remember(history, event)
      }
      if (event[0]) listener.onEvent(event, origin)
    }
  }

  /** What moves the last event ID on without an event. */
  const mark = (lastEventId: string): SharedEvent => ['', '', lastEventId, true, 0]

  /** Begins at an id, with nothing before it. */
  function startAt(lastEventId: string): void {
    history.length = 0
    ahead = []
    id = lastEventId
    if (id) history.push(mark(id))
  }

  function setState(next: StreamState, reason: string): void {
    if (next === state) return
    state = next
    if (next === 2) depart(false, lingerMs)
    listener.onState(next, reason)
  }

  // --- leading ---

  function here(more: Partial<HereMessage> = {}): void {
    const rest = { reason: '', begins: false, to: '', events: null, first: '' }
    post({ kind: 'here', epoch, state, origin, id, types: [...types], ...rest, ...more })
  }

  function lead(): void {
    leading = true
    settleDown()
    ahead = []
    watch?.stop()
    epoch = Math.max(epoch + 1, Math.floor((world.Date.now() + world.Math.random()) * epochsPerMs))
    here({ begins: true })
    listener.onLeading?.(true)
    // Whoever hears of this may have ended it all.
    if (leading) openStream()
  }

  function openStream(): void {
    /** This connection follows another, and it can be told where that one ended. */
    let follows = history.length > 0
    let canResume = true
    let isFirst = true
    stream = keepOpen(
      world,
      open,
      plan,
      () => {
        canResume = options.canResume
        isFirst = true
        return request()
      },
      {
        onOpen(newOrigin) {
          if (leading && follows && (id ? !canResume : history.length)) {
            post({ kind: 'gap', epoch })
            listener.onGap?.(id)
          }
          // A transport that connects again by itself resumes by itself.
          follows = canResume = true
          tell(1, '', newOrigin)
        },
        onEvents(events, lastEventId, newOrigin) {
          if (!leading) return
          origin = newOrigin
          const news = isFirst ? withoutReplayed(events) : events
          if (events.length) isFirst = false
          relay(lastEventId === (news.at(-1)?.[2] ?? id) ? news : [...news, mark(lastEventId)])
        },
        onLost: (reason) => tell(0, reason),
        onOver: (reason) => tell(2, reason),
      },
      state === 1,
    )
  }

  function request(): StreamRequest {
    return { url: plan.url, lastEventId: id, withCredentials: !!plan.withCredentials, types }
  }

  function tell(next: StreamState, reason: string, newOrigin = origin): void {
    if (!leading) return
    origin = newOrigin
    here({ state: next, reason })
    setState(next, reason)
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
    if (!events.length) return
    post({ kind: 'events', epoch, events })
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

  function answer({ token: to, id: asked, since, isNew, replay }: AskMessage): void {
    if (!to) here()
    else if (asked && !history.length) {
      // A newcomer got the lead before it knew of any stream: it goes on where the others are.
      startAt(asked)
      here({ begins: true })
      stream?.reopen()
    } else {
      const events = isNew ? history.slice(history.length - replay) : eventsAfter(history, asked)?.slice(since)
      here({ to, events: events ?? null, first: history.find((event) => event[3])?.[2] ?? id })
    }
  }

  // --- following ---

  function ask(): void {
    post({
      kind: 'ask',
      token,
      id,
      since: eventsAfter(history, id)?.length ?? 0,
      isNew: !history.length,
      replay: options.replay,
      types: [...types],
    })
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
    bridge?.close()
    bridge = undefined
  }

  function hearLeader(message: HereMessage): void {
    const isNews = message.begins || message.epoch > epoch
    const isAnswer = token && message.to === token
    epoch = message.epoch
    origin = message.origin
    for (const type of message.types) types.add(type)
    if (isAnswer) hearAnswer(message)
    else if (isNews || (adrift && !history.length && !options.replay)) compareWith(message.id)
    setState(message.state, message.reason)
  }

  /** Finds out how this member stands to a leader that has come to an id. */
  function compareWith(leaderId: string): void {
    settleDown()
    ahead = []
    if (!history.length && !options.replay) startAt(leaderId)
    else if (!history.length || leaderId !== id) {
      const seen = leaderId && eventsAfter(history, leaderId)
      if (seen) ahead = seen
      else askForMissed()
    }
  }

  function hearAnswer({ events, first, id: leaderId }: HereMessage): void {
    settleDown()
    if (events) {
      if (!history.length) startAt(events.length ? '' : leaderId)
      take(events)
      return
    }
    adrift = true
    const fetchMissed = () => {
      // As long as the leader has no connection it may still come to this member's id.
      if (!state) wait()
      else if (id && first && options.canResume && options.readUntil) {
        bridge = options.readUntil(world, open, request(), first, (read) => (read ? land(read) : lose()))
      } else lose()
    }
    const wait = () => {
      adriftTimer = world.setTimeout(fetchMissed, adriftMs)
    }
    const land = (read: SharedEvent[]) => {
      take(read)
      askForMissed()
    }
    const lose = () => {
      listener.onGap?.(id)
      startAt(first)
      askForMissed()
    }
    if (id) wait()
    else lose()
  }

  function hearEvents(message: EventsMessage): void {
    if (message.epoch > epoch) {
      epoch = message.epoch
      askForMissed()
    } else if (!adrift) take(message.events)
    else if (id) {
      const rest = eventsAfter(message.events, id)
      if (!rest) return
      settleDown()
      take(rest)
    }
  }

  function hear(value: unknown): void {
    const message = readMessage(value)
    if (!message || !present) return
    if (message.kind === 'app') listener.onApp?.(message.value)
    else if (message.kind === 'end') setState(2, endedByTab)
    else if (message.kind === 'ask') {
      for (const type of message.types) addType(type, true)
      if (!leading) return
      // Who asks hears nothing; perhaps this page is hidden, and its timers are held back.
      stream?.hurry(true)
      answer(message)
    } else if (message.epoch < epoch) {
      // Somebody who does not know yet that it was deposed.
      if (leading && message.epoch !== deposed) here()
      deposed = message.epoch
    } else {
      if (message.epoch > epoch) follow()
      if (leading) return
      watch?.heard()
      if (message.kind === 'here') hearLeader(message)
      else if (message.kind === 'events') hearEvents(message)
      else if (message.kind === 'gap') listener.onGap?.(id)
      else watch?.suspect(byeMs)
    }
  }

  function startWatching(): void {
    watch?.stop()
    if (elect.way === 'alone') return
    watch = startWatch(world, elect.way === 'lock' ? lockTimes : questionTimes, {
      ask,
      standAgain: () => election?.stand('again'),
      takeLead: () => election?.stand('force'),
    })
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
    if (led && elect.way === 'question') post({ kind: 'bye', epoch })
    watch?.stop()
    settleDown()
    channel?.close()
    channel = undefined
    const last = election
    if (withdrawMs) world.setTimeout(() => last?.withdraw(), withdrawMs)
    else last?.withdraw()
  }

  function depart(everybody: boolean, withdrawMs?: number): void {
    if (over) return
    over = true
    if (everybody) post({ kind: 'end' })
    exit(withdrawMs)
    for (const off of offs) off()
  }

  function addType(type: string, isHearsay = false): void {
    if (types.has(type)) return
    types.add(type)
    if (leading) stream?.addType(type)
    else if (present && !isHearsay) ask()
  }

  function on(type: string, listener: (event: Event) => unknown): () => void {
    // Captured at the window: `freeze`, `resume` and `visibilitychange` are sent to the document.
    world.addEventListener(type, listener, true)
    return () => world.removeEventListener(type, listener, true)
  }

  const offs = [
    // A page in the back/forward cache keeps its lock for a minute, and a message on its channel evicts it: so leave both.
    on('pagehide', () => exit()),
    on('freeze', () => exit()),
    on('resume', enter),
    on('pageshow', (event) => (event as PageTransitionEvent).persisted && enter()),
    on('visibilitychange', () => leading || watch?.look()),
    on('online', () => stream?.hurry()),
  ]
  enter()

  return {
    isLeading: () => leading,
    addType,
    say: (value) => post({ kind: 'app', value }),
    stepBack() {
      if (!leading) return
      election?.withdraw()
      follow()
    },
    leave: (everybody = false) => depart(everybody),
  }
}
