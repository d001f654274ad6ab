import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBlockScanner } from '../../src/faults/block-scanner.js'
import { catalog, createFaultPlan, parseFault } from '../../src/faults/index.js'
import { fakeClock, streamRequest, trialOf } from './support.js'

test('every fault of the vocabulary is there, under its own and other names', () => {
  expect(catalog.map(({ name }) => name)).toEqual(
    (
      'latency jitter bandwidth slice stall black-hole half-open close cut reset slow-close limit idle-cut close-after ' +
      'buffer gzip-hold drop-event duplicate-event reorder-events no-ids same-id retry status wrong-type no-type no-cors ' +
      'redirect late-headers refuse invalid-utf8 bom lone-cr unknown-field oversized'
    ).split(' '),
  )
  for (const [alias, name] of Object.entries({
    slicer: 'slice',
    timeout: 'stall',
    reset_peer: 'reset',
    slow_close: 'slow-close',
    limit_data: 'limit',
    down: 'refuse',
  })) {
    expect(parseFault(alias).definition.name).toBe(name)
  }
})

test('every fault can be written with its own default', () => {
  for (const { name, value } of catalog) {
    expect(parseFault(name).configured).toBeDefined()
    if (value) expect(parseFault(`${name}:${value.fallback}`).configured).toBeDefined()
  }
})

test('places are read', () => {
  expect(parseFault('stall:2s@connection=2,event=3,event=5,byte=10,ms=1.5s,client=firefox,path=/a@b').where).toEqual({
    connections: new Set([2]),
    events: new Set([3, 5]),
    byte: 10,
    ms: 1500,
    paths: ['/a@b'],
    clients: ['firefox'],
  })
  expect(parseFault('status:503,retry-after=1s@connection=2').configured.instead?.('/')).toMatchObject({
    status: 503,
    headers: expect.arrayContaining([['Retry-After', '1']]),
  })
})

test.each([
  ['latncy', 'Did you mean latency?'],
  ['slow-clsoe', 'Did you mean slow-close?'],
  ['reset-peer', 'Did you mean reset_peer?'],
  ['Close', 'Did you mean close?'],
])('%s is not a fault: %s', (text, hint) => {
  expect(() => parseFault(text)).toThrow(expect.objectContaining({ code: 'bad-option', hint }))
})

test.each([
  ['xyzzy', 'There is no fault “xyzzy”.'],
  ['', 'There is no fault “”.'],
  ['latency:5', 'needs a duration such as 100ms: write latency:100ms.'],
  ['latency:', 'needs a duration'],
  ['latency:900h', 'needs a duration'],
  ['close:1s', 'takes no value: write close.'],
  ['limit:0B', 'needs a size'],
  ['limit:1.5B', 'needs a size'],
  ['status:99', 'needs a status code'],
  ['status:503,retry-after=1', 'needs a status code'],
  ['status:503,x=1s', 'needs a status code'],
  ['redirect:200', 'needs one of 301'],
  ['wrong-type:x\r\ny', 'needs a media type'],
  ['idle-cut:ngnix', 'or one of nginx'],
  ['idle-cut:constructor', 'or one of nginx'],
  ['stall@ms=2147483648', 'up to 24 days'],
  ['close@', 'has an @ without a place'],
  ['close@3', 'has an @ without a place'],
  ['close@evnet=3', 'did you mean event?'],
  ['close@event=0', 'needs a whole number'],
  ['close@event=-1', 'needs a whole number'],
  ['close@event=1@ms=3', 'more than one @'],
  ['close@path=events', 'begins with /'],
])('%o is refused: %s', (text, words) => {
  expect(() => parseFault(text)).toThrow(words)
})

test('any text is read or refused in words', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseFault(text)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-option' })
      }
    }),
  )
})

test('a fault acts on the connection that was named, counted over its own path', () => {
  const plan = createFaultPlan({ faults: ['status:503@connection=2,path=/events'], clock: fakeClock() })
  const answers = ['/events', '/other', '/events?x', '/events'].map(
    (url) => plan.begin({ url, wantsStream: true }).instead,
  )
  expect(answers.map((answer) => answer !== undefined)).toEqual([false, false, true, false])
})

test('a fault without a path leaves alone what is no stream', () => {
  const plan = createFaultPlan({ faults: ['status', 'close'], clock: fakeClock() })
  const request = plan.begin({ url: '/page', wantsStream: false })
  expect(request.instead).toBeUndefined()
  const sink = { head() {}, write() {}, end() {}, cut() {}, reset() {} }
  expect(request.stream(sink, false, () => {})).toBeUndefined()
  // A stream that was fetched without saying so shows by its answer.
  expect(plan.begin({ url: '/page', wantsStream: false }).stream(sink, true, () => {})).toBeDefined()
})

test('a fault with a path acts on whatever is there', () => {
  const plan = createFaultPlan({ faults: ['latency@path=/api'], clock: fakeClock() })
  const sink = { head() {}, write() {}, end() {}, cut() {}, reset() {} }
  expect(plan.begin({ url: '/api/x', wantsStream: false }).stream(sink, false, () => {})).toBeDefined()
  expect(plan.begin({ url: '/', wantsStream: false }).stream(sink, false, () => {})).toBeUndefined()
})

test('refuse resets the connections that were named, and none is needed for others', () => {
  const plan = createFaultPlan({ faults: ['refuse@connection=1'] })
  expect([1, 2, 3].map(() => plan.refusesConnection())).toEqual([true, false, false])
})

test('redirect passes what has been redirected', () => {
  const plan = createFaultPlan({ faults: ['redirect:308'] })
  expect(plan.begin({ url: '/events?a=1', wantsStream: true }).instead).toMatchObject({
    status: 308,
    headers: [['Location', '/events?a=1&redirected=1']],
  })
  expect(plan.begin({ url: '/events?a=1&redirected=1', wantsStream: true }).instead).toBeUndefined()
})

test('black-hole answers nothing', () => {
  expect(createFaultPlan({ faults: ['black-hole'] }).begin(streamRequest).instead).toEqual({ kind: 'nothing' })
})

test('faults are switched on and off while others run', () => {
  const clock = fakeClock()
  const plan = createFaultPlan({ faults: ['latency'], clock })
  const before = trialOf(plan.begin(streamRequest), clock)
  expect(plan.list()).toEqual([{ number: 1, text: 'latency' }])
  expect(plan.add('close')).toEqual({ number: 2, text: 'close' })
  expect(plan.remove(1)).toBe(true)
  expect(plan.remove(1)).toBe(false)
  expect(() => plan.add('nothing')).toThrow('There is no fault')
  expect(plan.list()).toEqual([{ number: 2, text: 'close' }])
  expect(trialOf(plan.begin(streamRequest), clock).log.at(-1)).toBe('@0 end')
  before.send('a')
  clock.pass(100)
  expect(before.log.at(-1)).toBe('@100 "a"')
})

test('blocks are found however the bytes are cut', () => {
  const text = 'data: 1\n\n: c\r\n\r\ndata\rid: 2\r\rdatax: 1\n\nid: 3\n\nda\n\ndata:\r\n\r\n'
  const expected = [true, false, true, false, false, false, true]
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 }), (sizes) => {
      const scanner = createBlockScanner()
      const kinds: boolean[] = []
      let from = 0
      for (const size of sizes) {
        const chunk = Buffer.from(text.slice(from, from + size))
        from += size
        for (const { offset, isEvent } of scanner.feed(chunk)) {
          expect(offset).toBeLessThanOrEqual(chunk.length)
          kinds.push(isEvent)
        }
      }
      expect(kinds).toEqual(expected)
    }),
  )
})
