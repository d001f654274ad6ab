import { expect, test } from 'vitest'
import { idleNoHeartbeat } from '../../../src/doctor/checks/idle-no-heartbeat.js'
import { findingsOf } from '../../support/examine.js'
import { judgeWith } from '../../support/stream-evidence.js'

test('a stream that is never silent passes with what was measured, and silence to the end is not known', async () => {
  const { faulty, sound } = await findingsOf('idle/no-heartbeat', {
    faulty: (_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hi\n\n'),
    sound: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      const timer = setInterval(() => response.write(': hb\n\n'), 200)
      response.once('close', () => clearInterval(timer))
    },
  })
  expect(faulty).toMatchObject({ state: 'unknown', reason: expect.stringContaining('--for 45s') })
  expect(sound).toMatchObject({
    state: 'pass',
    measured: expect.stringMatching(/^never silent for longer than \d+ ms, [34] heartbeats$/),
  })
})

test.each([
  ['server', 'nginx/1.22.1', 31_000, 'error'],
  ['server', 'nginx/1.22.1', 29_000, undefined],
  ['x-amz-cf-id', 'abc', 16_000, 'error'],
  // The heartbeat that is advised, a little late.
  ['x-amz-cf-id', 'abc', 15_300, undefined],
  ['via', '1.1 vegur', 28_000, 'error'],
  ['server', 'somebody', 31_000, 'warning'],
  ['server', 'somebody', 29_000, undefined],
])('behind %s: %s a silence of %i ms comes to %s', (name, value, ms, severity) => {
  const verdict = judgeWith(idleNoHeartbeat, 'fail', {
    headers: [
      ['content-type', 'text/event-stream'],
      [name, value],
    ],
    silence: { fromMs: 4, ms, open: false },
  })
  if (severity === undefined) expect(verdict.state).toBe('pass')
  else expect(verdict).toMatchObject({ state: 'fail', ...(severity === 'warning' && { severity }) })
})
