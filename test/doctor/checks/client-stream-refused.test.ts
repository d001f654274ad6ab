import { expect, test } from 'vitest'
import { clientStreamRefused } from '../../../src/doctor/checks/client-stream-refused.js'
import type { ObservedStream } from '../../../src/evidence/app.js'
import type { AppEvidence } from '../../../src/evidence/app-evidence.js'
import { appOf } from '../../support/app-evidence.js'

/** The page of the saved evidence, with something else about its streams. */
function pageWith(change: Partial<ObservedStream>): AppEvidence {
  const app = structuredClone(appOf('client/stream-refused', 'pass'))
  if ('perTab' in app.plain)
    for (const { streams } of app.plain.perTab) for (const stream of streams) Object.assign(stream, change)
  return app
}

const never: Partial<ObservedStream> = { state: 'closed', status: null, answeredAtMs: null }

test('a stream that CORS keeps from the page fails, with the line that asked for it', () => {
  expect(clientStreamRefused.judge(appOf('client/stream-refused', 'fail'))).toMatchObject({
    state: 'fail',
    measured: expect.stringContaining('/api/events (src/live.ts:31 startLive): refused by CORS'),
    locations: [{ file: 'src/live.ts', line: 31 }],
  })
})

test.each([
  [{ ...never, failure: 'blocked: csp' }, /blocked by the Content-Security-Policy of the page$/],
  [{ ...never, failure: 'blocked: mixed-content' }, /blocked as mixed content/],
  [{ ...never, failure: 'net::ERR_CONNECTION_REFUSED' }, /: ERR_CONNECTION_REFUSED$/],
  [{ status: 404 }, /: answered with 404$/],
  [{ status: 200, mediaType: 'text/html' }, /: text\/html$/],
] as const)('%o is said in words', (change, measured) => {
  expect(clientStreamRefused.judge(pageWith(change))).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(measured),
  })
})

test('a stream that had been open is told apart, unless the page has asked again by itself', () => {
  const lost = {
    state: 'closed',
    status: 502,
    mediaType: 'text/html',
    wasOpen: true,
    url: 'http://localhost/api/events',
  } as const
  const verdict = clientStreamRefused.judge(pageWith(lost))
  expect(verdict).toMatchObject({
    state: 'fail',
    measured: expect.stringMatching(/: was open, and then, when it came back, answered with 502$/),
    why: expect.stringContaining('until it is reloaded'),
    fixes: [{ snippet: expect.stringContaining('reconnectOnError') }],
  })
  const app = pageWith(lost)
  for (const { streams } of 'perTab' in app.plain ? app.plain.perTab : []) {
    for (const stream of [...streams]) {
      streams.push({ ...stream, status: 200, mediaType: 'text/event-stream', openedAtMs: stream.openedAtMs + 1 })
    }
  }
  expect(clientStreamRefused.judge(app)).toMatchObject({ state: 'pass' })
})

test('a server that says “no more” with 204, and a fetch that was told an error, refuse no EventSource', () => {
  expect(clientStreamRefused.judge(pageWith({ status: 204, mediaType: '' })).state).toBe('pass')
  expect(clientStreamRefused.judge(pageWith({ kind: 'fetch', status: 500 })).state).toBe('pass')
})
