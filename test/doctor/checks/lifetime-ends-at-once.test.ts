import { expect, test } from 'vitest'
import { lifetimeEndsAtOnce } from '../../../src/doctor/checks/lifetime-ends-at-once.js'
import { findingOf, findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import { type Handler, serve, steady } from '../../support/stream-server.js'

/** Each response is over as soon as it has begun, with this. */
const saying =
  (words: string): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(words)
  }

test('responses that the server ends at once are polling, and one that stays open is a stream', async () => {
  const { faulty, sound } = await findingsOf('lifetime/ends-at-once', {
    for: 5000,
    faulty: saying('retry: 100\n\ndata: now\n\n'),
    sound: steady(),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning', // It says how soon to come back.
    measured: expect.stringMatching(/^\d+ connections, \d+ events, and each ended by the server, within /),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringMatching(/^open for /) })
})

test('without a pace of its own it is an error', () => {
  const verdict = lifetimeEndsAtOnce.judge(streamOf('lifetime/ends-at-once', 'fail'))
  expect(verdict.state).toBe('fail')
  expect(verdict).not.toHaveProperty('severity')
})

test('an answer that says that it is the last is none of that', async () => {
  await using server = await serve(saying('data: a word\n\ndata: [DONE]\n\n'))
  expect(await findingOf('lifetime/ends-at-once', server.url)).toMatchObject({ state: 'skip' })
})
