import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { headLine, trial } from './support.js'

const event = (id: number) => `id: ${id}\ndata: ${id}\n\n`
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => event(from + index))

test('latency makes every chunk and the end later', () => {
  const { log, clock, send, end } = trial('latency:200ms')
  send('a')
  clock.pass(50)
  send('b')
  end()
  clock.pass(1000)
  expect(log).toEqual([`@0 ${headLine}`, '@200 "a"', '@250 "b"', '@250 end'])
})

test('jitter makes every chunk later by chance, in order, and repeats with its seed', () => {
  const run = (seed: number) => {
    const { log, clock, send } = trial('jitter:100ms', { seed })
    for (const letter of 'abcdefgh') {
      send(letter)
      clock.pass(20)
    }
    clock.pass(1000)
    return log
  }
  expect(run(7)).toEqual(run(7))
  expect(run(7)).not.toEqual(run(8))
  expect(
    run(7)
      .map((line) => line.slice(-2, -1))
      .join(''),
  ).toContain('abcdefgh')
  expect(Number(/@(\d+) "h"/.exec(run(7).at(-1) ?? '')?.[1])).toBeLessThanOrEqual(240)
})

test('bandwidth lets no more through than was said', () => {
  const { clock, send, stream } = trial('bandwidth:1000B')
  send('x'.repeat(2500))
  expect(stream?.held).toBe(2500)
  clock.pass(1000)
  expect(stream?.held).toBeGreaterThanOrEqual(1400)
  expect(stream?.held).toBeLessThanOrEqual(1500)
  clock.pass(1500)
  expect(stream?.held).toBe(0)
})

test('slice cuts chunks, also inside CRLF and UTF-8', () => {
  const { log, clock, send, end } = trial('slice:2')
  send('\xc3\xa4\r\n\xc3', 'x')
  end()
  clock.pass(1)
  expect(log.slice(1)).toEqual(['@0 "\xc3\xa4"', '@0 "\\r\\n"', '@0 "\xc3"', '@0 "x"', '@0 end'])
})

test('stall is silent for a while and then goes on', () => {
  const { log, clock, send } = trial('stall:5s@event=1')
  send(event(1))
  send(event(2))
  clock.pass(5000)
  send(event(3))
  clock.pass(0)
  expect(log.slice(1)).toEqual([
    `@0 ${JSON.stringify(event(1))}`,
    `@5000 ${JSON.stringify(event(2))}`,
    `@5000 ${JSON.stringify(event(3))}`,
  ])
})

test('half-open loses what comes later, the end included', () => {
  const { log, send, end } = trial('half-open@event=1')
  send(event(1) + event(2))
  end()
  expect(log).toEqual([`@0 ${headLine}`, `@0 ${JSON.stringify(event(1))}`])
})

test.each([
  ['close', 'end'],
  ['reset', 'reset'],
])('%s ends the response at once, or behind the event, byte or time that was named', (name, last) => {
  expect(trial(name).log).toEqual([`@0 ${headLine}`, `@0 ${last}`])

  const behindEvent = trial(`${name}@event=2`)
  behindEvent.send('id: 1\nda', 'ta: 1\r\n\r\n: comment\n\ndata:2\n', '\nlost')
  expect(behindEvent.text).toBe('id: 1\ndata: 1\r\n\r\n: comment\n\ndata:2\n\n')
  expect(behindEvent.log.at(-1)).toBe(`@0 ${last}`)

  const behindByte = trial(`${name}@byte=3`)
  behindByte.send('ab', 'cdef')
  expect(behindByte.log.slice(1)).toEqual(['@0 "ab"', '@0 "c"', `@0 ${last}`])

  const behindTime = trial(`${name}@ms=700`)
  behindTime.clock.pass(699)
  behindTime.send('a')
  behindTime.clock.pass(1)
  behindTime.send('b')
  expect(behindTime.log.slice(1)).toEqual(['@699 "a"', `@700 ${last}`])
})

test('cut ends in the middle of an event', () => {
  const first = trial('cut')
  first.send(event(1))
  expect(first.text.length).toBeGreaterThan(0)
  expect(event(1).startsWith(first.text) && !first.text.includes('\n\n')).toBe(true)
  expect(first.log.at(-1)).toBe('@0 cut')

  const third = trial('cut@event=3')
  third.send(...events(1, 4))
  expect(third.text.startsWith(event(1) + event(2))).toBe(true)
  expect(third.text.length).toBeLessThan(events(1, 3).join('').length - 1)
  expect(third.log.at(-1)).toBe('@0 cut')
})

test('slow-close makes the end later', () => {
  const { log, clock, send, end } = trial('slow-close:1s')
  send('a')
  end()
  clock.pass(2000)
  expect(log.slice(1)).toEqual(['@0 "a"', '@1000 end'])
})

test('limit ends after so many bytes', () => {
  const { log, send } = trial('limit:5B')
  send('abc', 'defg', 'h')
  expect(log.slice(1)).toEqual(['@0 "abc"', '@0 "de"', '@0 end'])
})

test('idle-cut cuts after a silence, not before', () => {
  const { log, clock, send } = trial('idle-cut:10s')
  clock.pass(9000)
  send('a')
  clock.pass(9999)
  expect(log).toHaveLength(2)
  clock.pass(1)
  expect(log.at(-1)).toBe('@19000 cut')
})

test('idle-cut knows the time-outs of well-known hops', () => {
  for (const [name, ms] of Object.entries({
    nginx: 60_000,
    alb: 60_000,
    heroku: 55_000,
    cloudflare: 120_000,
    azure: 240_000,
    bun: 10_000,
  })) {
    const { log, clock } = trial(`idle-cut:${name}`)
    clock.pass(300_000)
    expect(log.at(-1)).toBe(`@${ms} cut`)
  }
})

test('close-after ends a stream at that age, whatever its traffic', () => {
  const { log, clock, send } = trial('close-after:3s')
  for (let second = 0; second < 5; second++) {
    send('a')
    clock.pass(1000)
  }
  expect(log.slice(1)).toEqual(['@0 "a"', '@1000 "a"', '@2000 "a"', '@3000 end'])
})

test('buffer holds until so much has gathered', () => {
  const { log, send, end } = trial('buffer:4B')
  send('abc')
  expect(log).toHaveLength(1)
  send('de', 'f')
  end()
  expect(log.slice(1)).toEqual(['@0 "abcde"', '@0 "f"', '@0 end'])
})

test('buffer holds until so long has passed', () => {
  const { log, clock, send } = trial('buffer:4s')
  send('a')
  clock.pass(3000)
  send('b')
  clock.pass(1000)
  send('c')
  clock.pass(4000)
  expect(log.slice(1)).toEqual(['@4000 "ab"', '@8000 "c"'])
})

test('gzip-hold compresses without flush', async () => {
  const held = trial('gzip-hold')
  held.send(event(1))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(held.log[0]).toContain('Content-Encoding: gzip')
  expect(held.text.length).toBeLessThanOrEqual(10) // the header of the format alone
  held.end()
  while (held.log.at(-1) !== '@0 end') await new Promise((resolve) => setTimeout(resolve, 1))
  expect(gunzipSync(Buffer.from(held.text, 'latin1')).toString()).toBe(event(1))
})

test('gzip-hold takes no more once the stream has ended', async () => {
  const held = trial(['gzip-hold', 'close-after:1s'])
  held.send(event(1))
  held.clock.pass(1000)
  held.send(event(2)) // before the compressor has come to its end
  while (held.log.at(-1) !== '@1000 end') await new Promise((resolve) => setTimeout(resolve, 1))
  expect(gunzipSync(Buffer.from(held.text, 'latin1')).toString()).toBe(event(1))
})

test('drop-event loses the events chosen', () => {
  const chosen = trial('drop-event@event=2,event=4')
  chosen.send(...events(1, 5))
  chosen.send(': comment\n\n')
  expect(chosen.text).toBe(`${event(1)}${event(3)}${event(5)}: comment\n\n`)
})

test.each([
  ['no-ids', 'data: 1\n\n'],
  ['retry', 'retry: 0\nid: 1\ndata: 1\n\n'],
  ['unknown-field', 'payload: of no known name\nid: 1\ndata: 1\n\n'],
  ['drop-event@event=1', ''],
])('%s reads the first event behind a byte order mark as clients do', (fault, rest) => {
  const mark = '\xef\xbb\xbf'
  const whole = trial(fault)
  whole.send(`${mark}id: 1\ndata: 1\n\n`)
  expect(whole.text).toBe(mark + rest)
})

test('an event that is data alone counts as one behind a byte order mark', () => {
  const first = trial('drop-event@event=1')
  first.send('\xef', '\xbb\xbfdata: 1\n\n', event(2))
  expect(first.text).toBe(`\xef\xbb\xbf${event(2)}`)
})

test.each(['drop-event', 'duplicate-event', 'reorder-events'])(
  '%s picks about one in ten and repeats with its seed',
  (name) => {
    const texts = [1, 1, 2].map((seed) => {
      const through = trial(name, { seed })
      through.send(...events(1, 500))
      through.end()
      return through.text
    })
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).not.toBe(texts[2])
    const ids = [...(texts[0] ?? '').matchAll(/id: (\d+)/g)].map((match) => Number(match[1]))
    const touched =
      name === 'drop-event'
        ? 500 - ids.length
        : name === 'duplicate-event'
          ? ids.length - 500
          : ids.filter((id, index) => (ids[index + 1] ?? Number.POSITIVE_INFINITY) < id).length
    expect(touched).toBeGreaterThan(20)
    expect(touched).toBeLessThan(90)
    if (name === 'reorder-events') expect(new Set(ids).size).toBe(500)
  },
)

test('duplicate-event sends the events chosen twice', () => {
  const chosen = trial('duplicate-event@event=2')
  chosen.send(...events(1, 3))
  expect(chosen.text).toBe(event(1) + event(2) + event(2) + event(3))
})

test('reorder-events lets the next one pass, and loses none at the end', () => {
  const chosen = trial('reorder-events@event=1,event=4')
  chosen.send(event(1), ': comment\n\n', ...events(2, 4))
  chosen.end()
  expect(chosen.text).toBe(`: comment\n\n${event(2)}${event(1)}${event(3)}${event(4)}`)
})

test('no-ids, same-id and retry change fields and leave the rest', () => {
  const noIds = trial('no-ids')
  noIds.send('id: 1\r\nid\r\nidea: x\r\ndata: a\r\n\r\n')
  expect(noIds.text).toBe('idea: x\r\ndata: a\r\n\r\n')
  const sameId = trial('same-id')
  sameId.send(...events(1, 2))
  expect(sameId.text).toBe('id: 1\ndata: 1\n\nid: 1\ndata: 2\n\n')
  const retry = trial('retry:250ms')
  retry.send('retry: 9\ndata: 1\n\n', 'retry: 8\ndata: 2\n\n')
  expect(retry.text).toBe('retry: 250\ndata: 1\n\ndata: 2\n\n')
})

test('wrong-type, no-type and no-cors change the headers', () => {
  expect(trial('wrong-type').log).toEqual(['@0 head 200 Access-Control-Allow-Origin: *, Content-Type: text/html'])
  expect(trial('wrong-type:application/json').log[0]).toContain('Content-Type: application/json')
  expect(trial('no-type').log).toEqual(['@0 head 200 Access-Control-Allow-Origin: *'])
  expect(trial('no-cors').log).toEqual(['@0 head 200 Content-Type: text/event-stream'])
})

test('late-headers come with the first bytes, and not before the time', () => {
  const early = trial('late-headers:5s')
  early.clock.pass(1000)
  early.send('a')
  early.clock.pass(10_000)
  expect(early.log).toEqual([`@5000 ${headLine}`, '@5000 "a"'])
  const late = trial('late-headers:5s')
  late.clock.pass(8000)
  expect(late.log).toEqual([])
  late.send('a')
  late.clock.pass(0)
  expect(late.log).toEqual([`@8000 ${headLine}`, '@8000 "a"'])
})

test('malformed bytes go where they were wanted', () => {
  const invalid = trial('invalid-utf8@event=2')
  invalid.send(...events(1, 2))
  expect(invalid.text).toBe(`${event(1)}id: 2\ndata: 2\xc3\x28\xff\n\n`)
  const bom = trial('bom')
  bom.send(...events(1, 2))
  expect(bom.text).toBe(`${event(1)}\xef\xbb\xbf${event(2)}`)
  const loneCr = trial('lone-cr')
  loneCr.send('data: a\r\n\r\n: c\n\n')
  expect(loneCr.text).toBe('data: a\r\r: c\r\r')
  const unknown = trial('unknown-field@event=1')
  unknown.send(...events(1, 2))
  expect(unknown.text).toBe(`payload: of no known name\n${event(1)}${event(2)}`)
})

test('oversized makes the first event as large as was said', () => {
  const large = trial('oversized:64KiB')
  large.send(...events(1, 2))
  expect(large.text.indexOf('\n\n') + 2).toBe(65_536)
  expect(large.text.endsWith(event(2))).toBe(true)
})

test('a block that never ends does not fill the memory', () => {
  const endless = trial('no-ids')
  for (let count = 0; count < 20; count++) endless.send('x'.repeat(100_000))
  expect(endless.text.length).toBeGreaterThan(1_000_000)
})

test('half a block at the end passes as it is', () => {
  const half = trial('no-ids')
  half.send(`${event(1)}id: 2\nda`)
  half.end()
  expect(half.text).toBe('data: 1\n\nid: 2\nda')
})

test('several faults act in a row, and after the end nothing more comes', () => {
  const both = trial(['latency:100ms', 'limit:3B'])
  both.send('ab', 'cd', 'ef')
  both.end()
  both.clock.pass(1000)
  expect(both.log.slice(1)).toEqual(['@100 "ab"', '@100 "c"', '@100 end'])
  expect(both.clock.timers).toBe(0)
})

test('no timer is left when the response is over', () => {
  for (const fault of [
    'latency',
    'stall@event=1',
    'idle-cut',
    'close-after',
    'buffer:1s',
    'close@ms=5000',
    'late-headers',
  ]) {
    const { stream, clock, send, log } = trial(fault)
    send(event(1), event(2))
    expect(clock.timers, fault).toBeGreaterThan(0)
    stream?.close()
    expect(clock.timers, fault).toBe(0)
    const before = log.length
    send(event(3))
    clock.pass(1_000_000)
    expect(log, fault).toHaveLength(before)
  }
})
