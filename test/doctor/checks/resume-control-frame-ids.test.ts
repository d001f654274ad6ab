import { expect, test } from 'vitest'
import { resumeControlFrameIds } from '../../../src/doctor/checks/resume-control-frame-ids.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'
import { steady } from '../../support/stream-server.js'

test('pings with ids of their own fail, and pings that repeat the last one pass', async () => {
  const withPing = (own: boolean) => (number: number) =>
    `id: ${number * 2}\ndata: 1\n\nevent: ping\nid: ${own ? number * 2 + 1 : number * 2}\ndata: \n\n`
  const { faulty, sound } = await findingsOf('resume/control-frame-ids', {
    faulty: steady({ event: withPing(true) }),
    sound: steady({ event: withPing(false) }),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/^\d+ ping events with ids, such as \d+$/),
  })
  expect(sound).toMatchObject({ state: 'pass' })
})

test('a greeting may say where the stream stands', () => {
  const events = [
    { atMs: 1, type: 'ready', id: '41', size: 2 },
    { atMs: 2, type: 'message', id: '42', size: 2 },
  ]
  expect(judgeWith(resumeControlFrameIds, 'pass', { events }).state).toBe('pass')
})
