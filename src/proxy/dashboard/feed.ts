/** The stream of the dashboard: what changed, at most ten times a second, and only while somebody looks. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createChannel, createSession } from '../../server/index.js'
import type { Injection, InjectionEvents } from '../inject/index.js'
import type { LedgerEvents, StreamEvent } from '../ledger-events.js'
import type { Proxy as DevProxy } from '../proxy.js'
import type { DashboardState, EventBatch, PassedEvent } from './messages.js'

const intervalMs = 100
/** Figures that grow without an event being told of, such as bytes, are looked at as often as this. */
const refreshMs = 1000
const mostEventsInBatch = 100
const mostDataLength = 2048
const mostIdLength = 500

/** Serves the stream. */
export interface Feed {
  open(request: IncomingMessage, response: ServerResponse): void
  /** Something has changed that the ledger does not tell of. */
  touch(): void
  /** Ends all streams and timers. */
  close(): Promise<void>
}

/** Makes the feed; `readState` is asked whenever the state is sent. */
export function createFeed(proxy: DevProxy, injection: Injection | null, readState: () => DashboardState): Feed {
  // Whoever comes back gets what it missed; who was away for longer asks for the state as it is.
  const channel = createChannel({ history: { size: 100, maxAge: 10_000, maxBytes: 4 * 1024 * 1024 } })
  let timer: NodeJS.Timeout | undefined
  let refresh: NodeJS.Timeout | undefined
  let isStateDue = false
  let batch: EventBatch = { events: [], counts: [] }
  let counts = new Map<number, EventBatch['counts'][number]>()

  function send(): void {
    timer = undefined
    if (channel.sessionCount === 0) return
    if (isStateDue) channel.broadcast(readState(), 'state')
    if (counts.size > 0) channel.broadcast({ ...batch, counts: [...counts.values()] }, 'events')
    forget()
  }

  function forget(): void {
    isStateDue = false
    batch = { events: [], counts: [] }
    counts = new Map()
  }

  function sendSoon(): void {
    timer ??= setTimeout(send, intervalMs)
  }

  function touch(): void {
    isStateDue = true
    if (channel.sessionCount > 0) sendSoon()
  }

  function onEvent(event: StreamEvent): void {
    const count = counts.get(event.stream)
    if (count) count[1]++
    else counts.set(event.stream, [event.stream, 1, event.at])
    if (batch.events.length < mostEventsInBatch) batch.events.push(passed(event))
    touch()
  }

  const changes: (keyof LedgerEvents)[] = [
    'socket-opened',
    'socket-changed',
    'socket-closed',
    'request-started',
    'request-finished',
    'stream-opened',
    'stream-closed',
  ]
  const injectionChanges: (keyof InjectionEvents)[] = ['injected', 'injection-failed', 'switched']
  for (const name of changes) proxy.ledger.on(name, touch)
  for (const name of injectionChanges) injection?.on(name, touch)

  channel.on('session-registered', () => {
    if (channel.sessionCount > 1) return
    proxy.ledger.on('stream-event', onEvent)
    refresh = setInterval(touch, refreshMs)
  })
  channel.on('session-deregistered', () => {
    if (channel.sessionCount > 0) return
    proxy.ledger.off('stream-event', onEvent)
    clearInterval(refresh)
    forget() // whoever comes next was not there
  })

  return {
    touch,
    open(request, response) {
      if (channel.isClosed) return void response.destroy()
      channel.register(createSession(request, response, { retry: 1000, maxBufferedBytes: '8MiB' }))
      touch()
    },
    async close() {
      clearTimeout(timer)
      clearInterval(refresh)
      for (const name of changes) proxy.ledger.off(name, touch)
      for (const name of injectionChanges) injection?.off(name, touch)
      proxy.ledger.off('stream-event', onEvent)
      await channel.close()
    },
  }
}

function passed({ stream, at, type, id, data }: StreamEvent): PassedEvent {
  const isCut = data.length > mostDataLength
  const kept = isCut ? data.slice(0, mostDataLength) : data
  return { stream, at, type: type.slice(0, mostIdLength), id: id?.slice(0, mostIdLength) ?? null, data: kept, isCut }
}
