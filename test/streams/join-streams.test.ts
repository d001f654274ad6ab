import type { CDPSession } from 'puppeteer-core'
import { expect, test } from 'vitest'
import type { SeenRequest } from '../../src/browser/seen-request.js'
import { createStreamBook } from '../../src/browser/streams/join-streams.js'
import type { OpenerNote } from '../../src/browser/streams/opener-script.js'

const session = {} as CDPSession
let count = 0

function request(url: string, change: Partial<SeenRequest> = {}): SeenRequest {
  return {
    id: String(++count),
    session,
    target: 'page',
    url,
    finalUrl: url,
    type: 'EventSource',
    frameId: 'main',
    loaderId: '1',
    documentUrl: 'http://host/',
    isUnasked: false,
    accept: undefined,
    callFrames: [],
    askedAt: 0,
    sentAt: null,
    endedAt: null,
    sendings: 1,
    answer: undefined,
    ...change,
  }
}

const answer = {
  at: 1,
  status: 200,
  mimeType: 'text/event-stream',
  connectionId: 1,
  protocol: 'http/1.1',
  fromServiceWorker: false,
  fromCache: false,
}

function opened(number: number, url: string, kind: 'EventSource' | 'fetch' = 'EventSource'): OpenerNote {
  const stack = `Error\n    at line${number} (http://host/live.js:${number}:1)`
  return { note: 'opened', number, scope: 's', kind, url, context: 'page', pageUrl: 'http://host/a', stack, at: 0 }
}

const closed = (number: number): OpenerNote => ({ note: 'closed', number, scope: 's', at: 0 })

function book() {
  const made = createStreamBook((frameId) => frameId === 'main')
  const states = () =>
    made.records(() => false).map(({ state, stack, reconnects }) => `${state} ${stack[0]?.line} ${reconnects}`)
  return { ...made, states }
}

test('the second of two equal calls owns the stream when the first was closed before it began', () => {
  const { onNote, listener, states } = book()
  onNote(opened(1, 'http://host/e'), session)
  onNote(closed(1), session)
  onNote(opened(2, 'http://host/e'), session)
  listener.asked(request('http://host/e'))
  expect(states()).toEqual(['open 2 0'])
})

test('two streams of one address keep the order of their calls', () => {
  const { onNote, listener, states } = book()
  onNote(opened(1, 'http://host/e#one'), session)
  onNote(opened(2, 'http://host/e'), session)
  const first = request('http://host/e')
  listener.asked(first)
  listener.asked(request('http://host/e'))
  expect(states()).toEqual(['open 1 0', 'open 2 0'])
  onNote(closed(1), session)
  listener.ended(first)
  expect(states()).toEqual(['closed 1 0', 'open 2 0'])
})

test('an EventSource that ended reconnects until it is closed, also where a redirect led', () => {
  const { onNote, listener, states } = book()
  onNote(opened(1, 'http://host/e'), session)
  const first = request('http://host/e')
  listener.asked(first)
  listener.answered({ ...first, finalUrl: 'http://other/e', answer })
  listener.ended(first)
  expect(states()).toEqual(['reconnecting 1 0'])
  listener.asked(request('http://other/e'))
  expect(states()).toEqual(['open 1 1'])
  onNote(closed(1), session)
  expect(states()).toEqual(['closed 1 1'])
})

test('an EventSource that had been open is known as such when its reconnect is refused', () => {
  const { onNote, listener, records } = book()
  const told = () => records(() => false).map(({ status, wasOpen }) => [status, wasOpen])
  const ask = (status: number, mimeType: string) => {
    const asked = request('http://host/e')
    listener.asked(asked)
    listener.answered({ ...asked, answer: { ...answer, status, mimeType } })
    listener.ended(asked)
  }
  onNote(opened(1, 'http://host/e'), session)
  ask(200, 'text/event-stream')
  expect(told()).toEqual([[200, false]])
  ask(502, 'text/html')
  expect(told()).toEqual([[502, true]])
  onNote(opened(2, 'http://host/e'), session)
  ask(502, 'text/html')
  expect(told().at(-1)).toEqual([502, false])
})

test('a fetch shows as a stream by its answer, and its call may be told after that', () => {
  const { onNote, listener, states } = book()
  const plain = request('http://host/f', { type: 'Fetch' })
  listener.asked(plain)
  expect(states()).toEqual([])
  listener.answered({ ...plain, answer })
  expect(states()).toEqual(['open undefined 0'])
  onNote(opened(7, 'http://host/f', 'fetch'), session)
  expect(states()).toEqual(['open 7 0'])
})

test('a fetch that asked for a stream and was given something else is none', () => {
  const { onNote, listener, states } = book()
  onNote(opened(1, 'http://host/f', 'fetch'), session)
  const asked = request('http://host/f', { type: 'Fetch', accept: 'text/event-stream' })
  listener.asked(asked)
  expect(states()).toEqual(['open 1 0'])
  listener.answered({ ...asked, answer: { ...answer, mimeType: 'application/json' } })
  expect(states()).toEqual([])
})

test('streams of a document that has gone are closed, those between two connections too', () => {
  const { onNote, listener, states } = book()
  onNote(opened(1, 'http://host/e'), session)
  const first = request('http://host/e')
  listener.asked(first)
  listener.ended(first)
  listener.gone(({ loaderId }) => loaderId === '1')
  expect(states()).toEqual(['closed 1 0'])
})
