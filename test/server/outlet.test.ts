import { EventEmitter, once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import {
  createChannel,
  createSessionOn,
  type Outlet,
  type OutletListener,
  type Session,
} from '../../src/server/index.js'
import { until } from './support/until.js'
import { watchTimers } from './support/watch-timers.js'

/** A carrier that nobody here wrote would look like this. */
function createMemoryOutlet() {
  let listener: OutletListener | undefined
  const state = { text: '', isFree: true, ended: false, destroyed: false, drain: () => listener?.onDrain() }
  const outlet: Outlet = {
    isOpen: true,
    open(preamble, given) {
      listener = given
      state.text += preamble?.bytes.toString() ?? ''
    },
    write(batch) {
      state.text += batch.bytes.toString()
      return state.isFree
    },
    end() {
      state.ended = true
      listener?.onClose()
    },
    destroy() {
      state.destroyed = true
      listener?.onClose()
    },
  }
  return { outlet, state }
}

test('a session runs on any carrier', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, 'id-7', { retry: false })
  const channel = createChannel().register(session)
  session.push('a')
  await until(() => state.text.includes('"a"'))
  expect(session.lastEventId).toBe('id-7')
  await channel.close()
  expect(state.ended).toBe(true)
})

test('nothing is written until the carrier has room again', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, '', { retry: false })
  state.isFree = false
  session.push(1)
  await until(() => state.text !== '')
  session.push(2)
  const drained = session.drained()
  await new Promise((resolve) => setImmediate(resolve))
  expect(state.text).toBe('data: 1\n\n')
  state.isFree = true
  state.drain()
  await drained
  expect(state.text).toBe('data: 1\n\ndata: 2\n\n')
  await session.close()
})

test('a carrier that says it has room when nobody asked does not cut a tick in two', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, '', { retry: false })
  session.push(1)
  state.drain()
  expect(state.text).toBe('')
  session.push(2)
  await until(() => state.text === 'data: 1\n\ndata: 2\n\n')
  await session.close()
})

test('a burst in one turn of the event loop goes out before it fills the memory', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, '', { retry: false })
  let most = 0
  for (let n = 0; n < 100; n++) {
    session.push('x'.repeat(10_000))
    most = Math.max(most, session.bufferedBytes)
  }
  expect(most).toBeLessThan(80_000)
  expect(state.text.length).toBeGreaterThan(900_000)
  await session.close()
})

test('a carrier that is gone while the stream is opened leaves nothing behind', async () => {
  const timers = watchTimers()
  let listener: OutletListener | undefined
  const outlet: Outlet = {
    isOpen: true,
    open(_preamble, given) {
      listener = given
      listener.onClose()
    },
    write: () => true,
    end: () => {},
    destroy: () => {},
  }
  const session = createSessionOn(outlet, '', { keepAlive: '10s', timeout: '10s' })
  expect(session.isConnected).toBe(false)
  await session.close()
  await until(() => timers.size === 0)
})

test('an endless iterable that never waits leaves the event loop to others, however fast its client', async () => {
  const { outlet } = createMemoryOutlet()
  const session = createSessionOn(outlet, '')
  function* endless() {
    for (let n = 0; n < 1e7; n++) yield n
  }
  const sending = session.iterate(endless())
  setTimeout(() => void session.close(), 20)
  expect(await sending).toBe(false)
})

test('a carrier that is gone as soon as it is asked to end is not waited for', async () => {
  const { outlet } = createMemoryOutlet()
  const timers = watchTimers()
  const session = createSessionOn(outlet, '', { timeout: '10s' })
  const before = timers.size
  const closing = session.close()
  expect(timers.size).toBeLessThanOrEqual(before)
  await closing
})

test('a session that is closed while it tells that it is connected ends once', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, '')
  const told: string[] = []
  session.on('connected', () => void session.close())
  session.on('disconnected', () => told.push('disconnected'))
  await session.close()
  expect(told).toEqual(['disconnected'])
  expect(state.ended).toBe(true)
})

test('a listener that throws does not keep a stream from its end', () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, '')
  session.on('disconnected', () => {
    throw new Error('on purpose')
  })
  expect(() => session.close()).toThrow('on purpose')
  expect(state.ended).toBe(true)
})

test('a listener that throws when its client is cut off harms nobody else, and the connection goes', async () => {
  const [stuck, healthy] = [createMemoryOutlet(), createMemoryOutlet()]
  const channels = [createChannel(), createChannel()]
  const [first, second] = channels
  const session = createSessionOn(stuck.outlet, '', { retry: false, maxBufferedBytes: 100 })
  for (const channel of channels) channel.register(session)
  first?.register(createSessionOn(healthy.outlet, '', { retry: false }))
  first?.on('session-disconnected', () => {
    throw new Error('of the channel')
  })
  session.on('slow', () => {
    throw new Error('of the session')
  })
  const told: string[] = []
  session.on('disconnected', () => told.push('disconnected'))
  stuck.state.isFree = false
  first?.broadcast('one')
  await until(() => healthy.state.text.includes('one'))
  expect(() => first?.broadcast('x'.repeat(200))).toThrow('of the channel')
  await until(() => healthy.state.text.includes('xxx'))
  expect(stuck.state.destroyed).toBe(true)
  expect(told).toEqual(['disconnected'])
  expect([first?.sessionCount, second?.sessionCount]).toEqual([1, 0])
})

test('a filter that throws over what a client missed is told, and the client sent away to come back', async () => {
  const told: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => told.push(error))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  })
  const channel = createChannel()
  const filter = (session: Session) => {
    if (session.lastEventId !== '') throw new Error('cannot tell')
    return true
  }
  const first = createSessionOn(createMemoryOutlet().outlet, '')
  channel.register(first).broadcast(1).broadcast(2, undefined, { filter })
  const [seen = ''] = first.lastId.split(':').slice(-1)
  const { outlet, state } = createMemoryOutlet()
  const back = createSessionOn(outlet, first.lastId.replace(seen, String(Number(seen) - 1)))
  channel.register(back)
  await until(() => told.length > 0)
  expect(told).toEqual([new Error('cannot tell')])
  expect(state.ended).toBe(true)
  expect(back.bufferedBytes).toBe(0)
})

test('a session is an EventEmitter, with and without listeners', async () => {
  const session = createSessionOn(createMemoryOutlet().outlet, '')
  const listener = () => {}
  expect(session).toBeInstanceOf(EventEmitter)
  expect([session.eventNames(), session.listenerCount('slow'), session.listeners('slow')]).toEqual([[], 0, []])
  expect(session.getMaxListeners()).toBe(EventEmitter.defaultMaxListeners)
  expect(session.off('slow', listener).removeAllListeners().emit('slow', { bufferedBytes: 0, dropped: 0 })).toBe(false)
  session.prependListener('slow', listener)
  expect([session.eventNames(), session.listeners('slow')]).toEqual([['slow'], [listener]])
  const told = once(session, 'disconnected')
  await session.close()
  await told
})
