import { expect, test } from 'vitest'
import { lifetimePlatformCap } from '../../../src/doctor/checks/lifetime-platform-cap.js'
import { findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import type { Handler } from '../../support/stream-server.js'

const dyingAt =
  (age: () => number): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('retry: 100\n\n')
    const timer = setInterval(() => response.write('data: 1\n\n'), 100)
    const end = setTimeout(() => response.destroy(), age())
    response.once('close', () => {
      clearInterval(timer)
      clearTimeout(end)
    })
  }

test('busy streams that die at one age fail, and those that die at any age do not', async () => {
  const ages = [300, 1100, 700, 300, 900]
  const { faulty, sound } = await findingsOf('lifetime/platform-cap', {
    for: 5600,
    // Long enough for a tenth of it to be more than what a busy machine adds.
    faulty: dyingAt(() => 1600),
    sound: dyingAt(() => ages.shift() ?? 1500),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: expect.stringMatching(/^closed at an age of 1\.[67] s, /),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringContaining('not by a clock') })
})

test('short answers that end well are no cap', () => {
  const stream = streamOf('lifetime/platform-cap', 'fail')
  const watch = (stream.watch ?? []).map((one) => ({
    ...one,
    end: { ...one.end, how: 'closed' as const, atMs: 2000, silenceMs: 5 },
  }))
  expect(lifetimePlatformCap.judge({ ...stream, watch }).state).toBe('pass')
})
