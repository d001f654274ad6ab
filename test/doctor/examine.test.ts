import { describe, expect, test } from 'vitest'
import { emptyEvidence, examine } from '../../src/doctor/examine.js'
import { toStreamsPlan } from '../../src/doctor/stream-options.js'
import type { StreamEvidence } from '../../src/evidence/stream.js'
import type { DiagnoseOptions } from '../../src/index.js'
import { serveSecurely } from '../support/secure-server.js'
import { type Handler, serve, steady } from '../support/stream-server.js'

/** Where the host of the stream is, and what it may be asked. */
interface Place {
  loopback: boolean
  allowLoad: boolean
}

const elsewhere: Place = { loopback: false, allowLoad: false }
const pageOrigin = 'https://app.example'
const streamHead = { 'content-type': 'text/event-stream' }

/** Everything that there is to look at, as if the server were in that place. */
async function examineAt(place: Place, url: string, options: DiagnoseOptions): Promise<StreamEvidence> {
  const [plan] = toStreamsPlan({ pageOrigin, ...options, urls: [url] }, 8).streams
  if (!plan) throw new Error('there is no plan')
  Object.assign(plan.conditions, place)
  const evidence = emptyEvidence(plan)
  await examine({ plan, evidence, signal: new AbortController().signal, onProgress: () => {} })
  return evidence
}

/** The most streams that a server had open at a time. */
async function mostOpen(place: Place, options: { hasOrigin?: boolean } = {}): Promise<number> {
  const stream = steady()
  let most = 0
  await using server = await serve((request, response) => {
    most = Math.max(most, server.open)
    // Nobody has what it came for before all are there.
    setTimeout(stream, 300, request, response)
  })
  const origin = options.hasOrigin && { origin: server.origin }
  const evidence = await examineAt(place, server.url, { for: 3500, ...origin })
  expect(evidence).toMatchObject({
    complete: true,
    resume: { sentId: expect.any(String) },
    cors: { get: { status: 200 } },
    ...(origin && { origin: { matched: expect.any(Number) } }),
  })
  expect(evidence.herd === undefined).toBe(!place.loopback && !place.allowLoad)
  return most
}

describe.concurrent('connections at a time', () => {
  test('a host that is not this machine never has more than two, and all is looked at all the same', async () => {
    expect(await mostOpen(elsewhere)).toBeLessThanOrEqual(2)
  })

  test('nor where the app itself is at the same host', async () => {
    expect(await mostOpen(elsewhere, { hasOrigin: true })).toBeLessThanOrEqual(2)
  })

  test.each([
    ['this machine', { loopback: true, allowLoad: false }],
    ['a host that may be loaded', { loopback: false, allowLoad: true }],
  ])('%s is asked by ten at once', async (_words, place) => {
    expect(await mostOpen(place)).toBeGreaterThanOrEqual(10)
  })
})

describe.concurrent('a run takes as long as it watches, and ten seconds at most', () => {
  const watchMs = 2000

  async function overtime(place: Place, url: string): Promise<number> {
    const begun = performance.now()
    await examineAt(place, url, { for: watchMs, insecure: true })
    return performance.now() - begun - watchMs
  }

  const answersOnce = (): Handler => {
    let count = 0
    return (request, response) => (count++ === 0 ? stream(request, response) : undefined)
  }
  const stream = steady()
  const handlers: [string, () => Handler][] = [
    ['sound', () => stream],
    ['without a word', () => (_request, response) => void response.writeHead(200, streamHead).flushHeaders()],
    ['without an answer', () => () => {}],
    ['with an answer for one client alone', answersOnce],
    ['without one for OPTIONS', () => (request, response) => request.method !== 'OPTIONS' && stream(request, response)],
    ['gone at once', () => (_request, response) => void response.socket?.resetAndDestroy()],
  ]

  test.each(handlers)('%s, here and elsewhere', async (_words, create) => {
    await using one = await serve(create())
    await using other = await serve(create())
    const times = [overtime({ loopback: true, allowLoad: false }, one.url), overtime(elsewhere, other.url)]
    expect(Math.max(...(await Promise.all(times)))).toBeLessThan(10_000)
  })

  test('over TLS, where HTTP/2 is asked for as well', async () => {
    await using server = await serveSecurely(
      (request, response) => {
        if (request.headers['accept-encoding'] === 'identity') stream(request, response)
      },
      { http2: true },
    )
    expect(await overtime(elsewhere, server.url)).toBeLessThan(10_000)
  })
})
