import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type FollowOptions, type QuietStream, tail } from '../../src/follow/index.js'
import { serve } from '../client/support/servers.js'

const stream = (response: ServerResponse, text: string | Buffer, headers = {}) =>
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers }).write(text)

const open = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()

/** What is told until this kind of thing is, or, where it is not, for so long. */
async function quietOf(
  answer: (response: ServerResponse) => unknown,
  { until, query = '', ...options }: FollowOptions & { until?: QuietStream['kind']; query?: string },
): Promise<QuietStream[]> {
  const served = await serve((_request, response) => void answer(response))
  const told: QuietStream[] = []
  const stop = new AbortController()
  const onQuiet = (quiet: QuietStream) => {
    told.push(quiet)
    if (quiet.kind === until) stop.abort()
  }
  for await (const _ of tail(served.url + query, { quietAfter: 100, signal: stop.signal, ...options, onQuiet }));
  return told
}

test.each([
  [
    'silent',
    0,
    0,
    (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
  ],
  ['unended', 16, 2, (response: ServerResponse) => stream(response, 'data: 1\ndata: 2\n')],
  ['unended', 11, 0, (response: ServerResponse) => stream(response, 'data: 1\\n\\n')],
  ['unended', 19, 2, (response: ServerResponse) => stream(response, ': hb\r\n\r\ndata: 1\r\n: ')],
  ['buffered', 4096, 0, (response: ServerResponse) => stream(response, `data: ${'x'.repeat(4090)}`)],
  ['dataless', 22, 2, (response: ServerResponse) => stream(response, 'event: tick\n\n{"a":1}\n\n')],
] as const)('%s: %i bytes, %i lines', async (kind, bytes, lines, answer) => {
  const told = (await quietOf(answer, { query: '?token=hush', until: kind })).at(-1)
  expect(told).toMatchObject({ kind, bytes, lines })
  expect(told?.url).toMatch(/\/events\?token=\*\*\*$/)
  expect(told?.quietMs).toBeGreaterThan(90)
})

test('what a compressor holds back is no event either', async () => {
  const head = gzipSync('data: 1\n\n').subarray(0, 10)
  const answer = (response: ServerResponse) => stream(response, head, { 'content-encoding': 'gzip' })
  const told = await quietOf(answer, { until: 'unended' })
  expect(told.at(-1)).toMatchObject({ kind: 'unended', bytes: 10, lines: 0 })
})

test('silence is told, and then what came instead of an event, each once over all connections', async () => {
  const told: string[] = []
  const responses: ServerResponse[] = []
  const served = await serve((_request, response) => {
    responses.push(response)
    if (told.length === 0) return open(response)
    stream(response, 'data: 1\n')
    setTimeout(() => response.end(), 300)
  })
  function onQuiet({ kind }: QuietStream): void {
    told.push(kind)
    if (kind === 'silent') responses[0]?.write('retry: 1\ndata: 1\n')
    else responses[0]?.end()
  }
  const options = { quietAfter: 100, onQuiet }
  for await (const { kind, connection } of tail(served.url, options)) if (kind === 'ended' && connection === 3) break
  expect(told).toEqual(['silent', 'unended'])
})

test('of events, and of comments, ids and reconnection times, nothing is told', async () => {
  for (const text of ['data: 1\n\ndata: 2', ': hb\n\nretry: 9\n\nid: 7\n\n: hb']) {
    const told = await quietOf((response) => stream(response, text), { for: 600 })
    expect(told.filter(({ kind }) => kind !== 'silent')).toEqual([]) // a machine under load may be late
  }
})
