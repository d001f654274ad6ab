/**
 * One member of a group that shares a stream: it leads or follows, and its owner sees the same events either way.
 *
 * The leader reads the stream and numbers what it reads; a place in the shared stream is (epoch, number). Every member
 * keeps its place, the last event ID there, and the events it saw last. Who takes the lead resumes at its own place:
 *
 * - a member that is *behind* the new leader asks for what it missed, and hears nothing else until it has that;
 * - a member that is *ahead* (the old leader's last words reached it and not the new one) goes back to the leader's
 *   place and lets pass, once, each event it has seen already;
 * - a leader that was deposed while it hung is simply ahead, with whatever it read and nobody heard.
 *
 * What a later epoch has said is never taken back by an earlier one.
 */
import type { Elect, Election } from './elect.js'
import { electAlone } from './elect-alone.js'
import { compare, createHistory, type Entry, type History, type Position, type SharedEvent } from './history.js'
import { type KeptStream, keepOpen } from './keep-open.js'
import {
  type AskMessage,
  type ByeMessage,
  type EventsMessage,
  type GapMessage,
  type HereMessage,
  type Message,
  readMessage,
  type StreamState,
} from './message.js'
import { nameGroup, type Plan } from './plan.js'
import { readUntil } from './read-until.js'
import type { OpenStream, Stream, StreamRequest } from './transport.js'
import { startWatch, type Watch, type WatchTimes } from './watch.js'
import type { World } from './world.js'

/** What a group shares, and how. */
export interface MemberOptions {
  plan: Plan
  elect: Elect
  open: OpenStream
  /** Whether `open` can resume at a last event ID. */
  canResume: boolean
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
  onLeading(leading: boolean): void
  /** Events may be missing here: nobody can bring them back. */
  onGap(lastEventId: string): void
  /** Another tab's app said something. */
  onApp(value: unknown): void
}

/** A member of a group. */
export interface Member {
  readonly leading: boolean
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
/** Whoever was told that the stream is over leaves before the lock passes on: else each would try the server once more. */
const lingerMs = 100

/** Without locks: silence after which a newcomer leads, and after which a follower does when the leader said goodbye. */
const joinMs = 200
const byeMs = 30
/** How far back an event is looked for that a server sends again. */
const mostReplayed = 100

/** A server that resumes does so at once; one that does not must not silence a tab. */
const patienceMs = 5_000
const questionTimes: WatchTimes = { quietMs: 1_500, answerMs: 400, againMs: 0 }

/**
 * Epochs begin with the clock, so that a newcomer's is later than all before it; the rest tells two of one millisecond
 * apart. Should the clock be set back, the others do not heed a newcomer that leads, and one of them takes over.
 */
const epochsPerMs = 1024

/** Joins a group. */
export function join(world: World, options: MemberOptions, listener: MemberListener): Member {
  const { plan } = options
  const id = `${world.date()}.${world.random()}`
  const types = new Set(options.types)
  let elect = options.elect
  let channel: BroadcastChannel | undefined
  let election: Election | undefined
  let watch: Watch | undefined
  let stream: KeptStream | undefined
  let present = false
  let over = false
  let leading = false

  /** The connection as the owner last heard of it. */
  let state: StreamState = 0
  let origin = new URL(plan.url).origin
  /** The latest epoch heard of. */
  let epoch = 0
  /** Where the current leadership began, and the last event ID there. */
  let from: Position | undefined
  let fromId = ''
  /** Where this member is, and the last event ID there; undefined until it has heard anything of the stream. */
  let at: Position | undefined
  let atId = ''
  let history: History | undefined
  /** Events that this member has seen and the leader has not reached yet. */
  let ahead: Entry[] = []
  /** The last event ID where this member's memory begins. */
  let floorId = ''
  /** Until then, events that it does not know come from before its time. */
  let skipUntil = 0
  /** The last deposed leader that was told so. */
  let deposed = 0
  /** Waits for events that it asked for; what comes meanwhile will be among them. */
  let waiting = false
  /** The last epoch that this member led itself. */
  let led = 0
  /** Reads from the server what the leader no longer knows. */
  let bridging: Pick<Stream, 'close'> | undefined
  /** How many events this leadership has read. */
  let count = 0

  function post(message: Message): void {
    channel?.postMessage(message)
  }

  // --- events ---

  /** Takes the next event of the shared stream, new or seen. */
  function take(event: SharedEvent, place: Position): void {
    at = place
    atId = event[2]
    if (event[3] && ahead.length) {
      const seen = ahead.findIndex((entry) => entry.event[3] && entry.event[2] === event[2])
      const entry = ahead[seen]
      if (entry) {
        entry.at = place
        ahead.splice(0, seen + 1)
        skipUntil = 0
        return
      }
      if (history && world.now() < skipUntil) {
        history.floor = place
        return
      }
      ahead = []
    }
    history?.add({ at: place, event })
    listener.onEvent(event, origin)
  }

  /** A place without an id or an event is none: others may know a better one. */
  function forgetEmptyPlace(): void {
    if (!atId && !history?.last(1).length) at = history = undefined
  }

  /** Moves to a place without the events in between. */
  function jump(place: Position, lastEventId: string): void {
    at = place
    atId = lastEventId
    ahead = []
    history ??= createHistory(place)
    history.floor = place
    floorId = lastEventId
  }

  function setState(next: StreamState, reason = ''): void {
    if (next === state) return
    state = next
    if (next === 2) leave(false, lingerMs)
    listener.onState(next, reason)
  }

  // --- leading ---

  function here(more: Partial<HereMessage> = {}): void {
    if (!from || !at) return
    post({ kind: 'here', epoch, state, origin, from, fromId, at, atId, types: [...types], ...more })
  }

  function lead(): void {
    leading = true
    waiting = false
    bridging?.close()
    watch?.stop()
    epoch = Math.max(epoch + 1, Math.floor((world.date() + world.random()) * epochsPerMs))
    led = epoch
    count = 0
    forgetEmptyPlace()
    const resumes = !!at
    begin(at ?? [epoch, 0], atId)
    listener.onLeading(true)
    // Whoever hears of this may have ended it all.
    if (leading) openStream(resumes)
  }

  function begin(place: Position, lastEventId: string): void {
    if (!at) jump(place, lastEventId)
    from = place
    fromId = lastEventId
    here({ begins: true })
  }

  function openStream(resumes: boolean): void {
    let resuming = resumes
    let first = true
    stream = keepOpen(
      world,
      options.open,
      plan,
      () => {
        if (resuming && (atId ? !options.canResume : history?.last(1).length)) gap()
        resuming = true
        first = true
        return request()
      },
      {
        onOpen(newOrigin) {
          if (!leading) return
          origin = newOrigin
          setState(1)
          here()
        },
        onEvents(events, lastEventId, newOrigin) {
          if (!leading) return
          origin = newOrigin
          relay(first ? withoutReplayed(events) : events)
          if (events.length) first = false
          if (lastEventId !== atId) {
            atId = lastEventId
            here()
          }
        },
        onLost(reason) {
          if (!leading) return
          setState(0, reason)
          here()
        },
        onOver: end,
      },
    )
  }

  /**
   * Some servers resume with the very event that they were to resume after, or with all they have. What comes in one
   * piece up to that event, which is known, is known too.
   */
  function withoutReplayed(events: SharedEvent[]): SharedEvent[] {
    const index = events.findIndex((event) => event[3] && event[2] === atId)
    const event = events[index]
    const known = event && history?.last(mostReplayed).some(({ event: old }) => old[2] === atId && old[1] === event[1])
    return known ? events.slice(index + 1) : events
  }

  /** Passes events on, then takes them: what the owner does with them must not keep others waiting. */
  function relay(events: SharedEvent[]): void {
    if (!events.length) return
    const first = count + 1
    count += events.length
    post({ kind: 'events', epoch, first, events })
    for (const [index, event] of events.entries()) take(event, [epoch, first + index])
  }

  function gap(): void {
    post({ kind: 'gap', epoch })
    listener.onGap(atId)
  }

  /** The stream is over, for all. */
  function end(reason: string): void {
    if (!leading) return
    here({ state: 2, reason })
    setState(2, reason)
  }

  function stepDown(): void {
    if (!leading) return
    leading = false
    stream?.close()
    stream = undefined
    listener.onLeading(false)
  }

  /** Another leads: follow it. */
  function follow(): void {
    if (!leading) return
    stepDown()
    election?.stand('wait')
    startWatching()
  }

  function answer(ask: AskMessage): void {
    for (const type of ask.types) addType(type)
    if (isStrayNewcomer(ask)) {
      at = history = undefined
      begin(ask.at, ask.atId)
      stream?.reopen()
    } else here(ask.missed ? { to: ask.from, ...missedBy(ask) } : {})
  }

  /** This leader knows of no event yet, and whoever asks does: it goes on where the others are. */
  function isStrayNewcomer(ask: AskMessage): ask is AskMessage & { at: Position } {
    if (!ask.missed || !ask.at || !ask.atId || !at || count || history?.last(1).length) return false
    return at[0] === epoch || compare(ask.at, at) < 0
  }

  function missedBy(ask: AskMessage): Partial<HereMessage> {
    if (!history) return {}
    if (!ask.at) return { missed: ask.replay > 0 ? history.last(ask.replay) : [] }
    const { floor } = history
    if (compare(ask.at, floor) >= 0) return { missed: history.after(ask.at) }
    const first = history.after(floor).find(({ event }) => event[3])
    return { gap: { floor, at: first?.at ?? at ?? floor, id: first?.event[2] ?? atId } }
  }

  // --- following ---

  function ask(): void {
    post({
      kind: 'ask',
      from: id,
      types: [...types],
      at: at ?? null,
      atId,
      missed: waiting,
      replay: options.replay,
    })
  }

  function askForMissed(): void {
    waiting = true
    ask()
  }

  function hearLeader(message: HereMessage): void {
    const isNew = message.epoch > epoch || (message.begins && message.epoch === epoch)
    const isMine = message.to === id
    epoch = message.epoch
    origin = message.origin
    for (const type of message.types) types.add(type)
    if (isNew || isMine) settle(message, isMine)
    else if (!waiting && at && compare(at, message.at) === 0) atId = message.atId
    setState(message.state, message.reason)
  }

  /** Finds this member's place in a leadership. */
  function settle(message: HereMessage, isMine: boolean): void {
    waiting = false
    bridging?.close()
    forgetEmptyPlace()
    if (!at) {
      if (!isMine && options.replay > 0) {
        askForMissed()
        return
      }
      from = message.from
      fromId = message.fromId
      jump(message.at, message.atId)
      // What is replayed lies before the place.
      for (const { event } of message.missed ?? []) listener.onEvent(event, message.origin)
      return
    }
    // The leader begins at a place that this member's own line of leaders never came to: both go back to the fork.
    if (at[0] !== message.epoch) {
      const forked = from && from[0] === message.from[0] && from[0] < at[0] && compare(message.from, from) > 0
      goBack(forked && from ? from : message.from, forked ? fromId : message.fromId)
    }
    from = message.from
    fromId = message.fromId
    if (message.gap && isMine && compare(at, message.gap.floor) < 0) {
      bridge(message.gap)
      return
    }
    if (message.missed && isMine) {
      // Had it led that epoch and been deposed, it may have seen more of what came then than the others.
      if (!ahead.length && at[0] === led && led !== epoch) ahead = history?.after([led, 0]) ?? []
      for (const entry of message.missed) if (compare(entry.at, at) > 0) take(entry.event, entry.at)
    }
    if (compare(at, message.at) < 0) askForMissed()
  }

  /** The leader no longer knows what this member missed: reads it from the server, up to where the leader can go on. */
  function bridge({ floor, at: shore, id: shoreId }: NonNullable<HereMessage['gap']>): void {
    waiting = true
    const done = (events?: SharedEvent[]) => {
      bridging = undefined
      if (events && at) {
        // These have no place of their own: a little after where this member stood, in the same order for everyone.
        const [last, count] = at
        for (const [index, event] of events.entries()) take(event, [last, count + (index + 1) / 1e6])
        at = shore
      } else {
        listener.onGap(atId)
        jump(floor, '')
      }
      askForMissed()
    }
    if (options.canResume && atId && shoreId) bridging = readUntil(world, options.open, request(), shoreId, done)
    else done()
  }

  function request(): StreamRequest {
    return { url: plan.url, lastEventId: atId, withCredentials: plan.withCredentials, types }
  }

  function goBack(place: Position, lastEventId: string): void {
    if (!at || compare(at, place) <= 0) return
    ahead = history?.after(place) ?? []
    if (history && compare(place, history.floor) < 0) {
      // What came before this member's time is not for it: nothing up to the event it came after, or the first it knows.
      if (floorId) ahead.unshift({ at: history.floor, event: ['', '', floorId, true, 0] })
      if (ahead.length) skipUntil = world.now() + patienceMs
      else history.floor = place
    }
    at = place
    atId = lastEventId
  }

  function hearEvents(message: EventsMessage): void {
    const isNew = message.epoch > epoch
    epoch = message.epoch
    if (waiting && !isNew) return
    if (isNew || !at || message.first !== (at[0] === epoch ? at[1] : 0) + 1) askForMissed()
    else for (const [index, event] of message.events.entries()) take(event, [epoch, message.first + index])
  }

  function hear(value: unknown): void {
    const message = readMessage(value)
    if (!message || !present) return
    if (message.kind === 'app') listener.onApp(message.value)
    else if (message.kind === 'end') setState(2, 'Ended for all tabs')
    else if (message.kind === 'ask') {
      if (leading) answer(message)
      else for (const type of message.types) types.add(type)
    } else hearAboutLeader(message)
  }

  function hearAboutLeader(message: HereMessage | EventsMessage | GapMessage | ByeMessage): void {
    if (message.epoch < epoch) {
      // Somebody who does not know yet that it was deposed.
      if (leading && message.epoch !== deposed) here()
      deposed = message.epoch
      return
    }
    if (leading && message.epoch > epoch) follow()
    if (leading) return
    watch?.heard()
    if (message.kind === 'here') hearLeader(message)
    else if (message.kind === 'events') hearEvents(message)
    else if (message.kind === 'gap') listener.onGap(atId)
    else watch?.suspect(byeMs)
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
    bridging?.close()
    channel?.close()
    channel = undefined
    const last = election
    if (withdrawMs) world.setTimeout(() => last?.withdraw(), withdrawMs)
    else last?.withdraw()
  }

  function leave(everybody = false, withdrawMs = 0): void {
    if (over) return
    over = true
    if (everybody) post({ kind: 'end' })
    exit(withdrawMs)
    for (const off of offs) off()
  }

  function addType(type: string): void {
    if (types.has(type)) return
    types.add(type)
    if (leading) stream?.addType(type)
    else if (present) ask()
  }

  const offs = [
    // A page in the back/forward cache keeps its lock for a minute, and a message on its channel evicts it: so leave both.
    world.on('pagehide', () => exit()),
    world.on('freeze', () => exit()),
    world.on('resume', enter),
    world.on('pageshow', (event) => (event as PageTransitionEvent).persisted && enter()),
    world.on('visibilitychange', () => !leading && world.isVisible() && watch?.look()),
    world.on('online', () => stream?.hurry()),
  ]
  enter()

  return {
    get leading() {
      return leading
    },
    addType,
    say: (value) => post({ kind: 'app', value }),
    stepBack() {
      if (leading) {
        election?.withdraw()
        follow()
      }
    },
    leave: (everybody) => leave(everybody),
  }
}
