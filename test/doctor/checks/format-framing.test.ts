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
