import { expect, test } from 'vitest'
import { resumeNoIds } from '../../../src/doctor/checks/resume-no-ids.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('events without ids fail, and events with them pass', async () => {
  const { faulty, sound } = await findingsOf('resume/no-ids', {
    faulty: steady({ event: () => 'data: 1\n\n' }),
    sound: steady(),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: expect.stringMatching(/^(\d+) of \1 events have none$/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

const seen = (type: string, id: string | null) => ({ atMs: 1, type, id, size: 4 })

test.each([
  ['greetings and heartbeats without ids', [seen('ready', null), seen('message', '1'), seen('ping', null)], 'pass'],
  ['a type that never has one', [seen('order', '1'), seen('cursor', null), seen('order', '2')], 'pass'],
  ['one id for all of them', [seen('order', '7'), seen('order', '7'), seen('order', '7')], 'fail'],
  ['a type that has one at times', [seen('order', '1'), seen('order', null)], 'fail'],
])('%s: %s', (_words, events, state) => {
  expect(judgeWith(resumeNoIds, 'pass', { events }).state).toBe(state)
})
