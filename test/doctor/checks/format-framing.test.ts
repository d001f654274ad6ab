import { expect, test } from 'vitest'
import { formatFraming } from '../../../src/doctor/checks/format-framing.js'
import { findingOf, findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { serve, steady } from '../../support/stream-server.js'

test('data with a line break in it fails with its place, and data line by line passes', async () => {
  const { faulty, sound } = await findingsOf('format/framing', {
    faulty: steady({ first: ': hi\n\n', event: (number) => `id: ${number}\ndata: {\n"a": 1}\n\n` }),
    sound: steady({ event: (number) => `id: ${number}\ndata: {\ndata: "a": 1}\n\n` }),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^a line that is no field at byte \d+/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test.each([
  ['unknown-field', 'info'],
  ['lone-cr', 'info'],
  ['misspelt-field', undefined],
  ['late-bom', undefined],
  ['bad-retry', undefined],
] as const)('%s weighs as %s', (kind, severity) => {
  const problems = [{ kind, count: 1, firstByte: 0, field: 'x' }]
  const verdict = judgeWith(formatFraming, 'pass', { problems })
  expect(verdict.state).toBe('fail')
  if (verdict.state === 'fail') expect(verdict.severity).toBe(severity)
})

test('data that begins with data: is a fault where it does so all the time, and a word of a log where it does now and then', () => {
  const problems = (count: number) => [{ kind: 'nested-field' as const, count, firstByte: 0, field: 'data' }]
  expect(judgeWith(formatFraming, 'pass', { problems: problems(40), eventCount: 40 }).state).toBe('fail')
  expect(judgeWith(formatFraming, 'pass', { problems: problems(8), eventCount: 40 }).state).toBe('pass')
})

test('a ping without data is a heartbeat, and a cut is not the server’s writing', () => {
  const ping = { kind: 'block-without-data' as const, count: 9, firstByte: 0, field: 'ping' }
  const cut = { kind: 'cut-event' as const, count: 1, firstByte: 90, field: null }
  expect(judgeWith(formatFraming, 'pass', { problems: [ping, cut] }).state).toBe('pass')
  expect(judgeWith(formatFraming, 'pass', { problems: [{ ...ping, field: 'order' }] }).state).toBe('fail')
})

test('bytes in which a browser finds no event are not called silence', async () => {
  await using server = await serve(steady({ first: '', event: (number) => `ID: ${number}\nDATA: ${number}\n\n` }))
  expect(await findingOf('format/framing', server.url)).toMatchObject({ state: 'fail' })
  for (const id of ['delivery/buffered', 'resume/no-ids', 'resume/control-frame-ids']) {
    const reason = expect.stringMatching(/^\d+ bytes came, and no event in them: see format\/framing$/)
    expect(await findingOf(id, server.url), id).toMatchObject({ state: 'unknown', reason })
  }
})

const started = 'retry: 2500\n\n'

test.each([
  [
    'one line feed in place of two',
    (n: number) => `data: {"n":${n}}\n`,
    /no blank line among them: no event has an end$/,
  ],
  ['line breaks with a backslash', (n: number) => `data: ${n}\\n\\n`, /written as a backslash and an n$/],
  ['the blank line in front', (n: number) => `\ndata: ${n}\n`, /which ends only with the next$/],
  ['JSON alone', (n: number) => `{"n":${n}}\n\n`, /^a line that is no field at byte \d+/],
] as const)('%s: the page gets nothing, or gets it late, and is told why', async (_words, event, measured) => {
  await using server = await serve(steady({ first: started, event }))
  const finding = await findingOf('format/framing', server.url, { for: 2000 })
  expect(finding).toMatchObject({ state: 'fail', severity: 'error', measured: expect.stringMatching(measured) })
  expect(finding.fixes[0]?.snippet).toContain('\\n\\n')
})

test('a field written twice fails, and an event that is on its way is no fault', async () => {
  const twice = { first: started, event: (number: number) => `id: ${number}\ndata: data: {"a":1}\n\n` }
  const { faulty, sound } = await findingsOf('format/framing', {
    faulty: steady(twice),
    sound: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: the first half, ')
      setTimeout(() => response.write('and the second\n\n'), 700)
    },
  })
  expect(faulty).toMatchObject({ state: 'fail', measured: expect.stringContaining('begins with “data:” itself') })
  expect(sound).toMatchObject({ state: 'pass' })
})
