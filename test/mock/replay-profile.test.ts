import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventSource } from 'eventsource'
import { expect, onTestFinished, test } from 'vitest'
import { createFaultPlan } from '../../src/faults/index.js'
import { createReplayProfile } from '../../src/mock/replay-profile.js'
import { createStreamOpener } from '../../src/mock/stream-opener.js'
import { type Recording, readRecording } from '../../src/recording/index.js'

async function replaying(recording: Recording, faults: string[] = []): Promise<string> {
  const profile = createReplayProfile({ recording, opener: createStreamOpener(createFaultPlan({ faults })) })
  const server = createServer((request, response) => void profile.answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await profile.close()
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
}

/** Two connections, the first cut in the middle of an event, the second left open. */
const lines = [
  { ssecast: 1 },
  {
    at: 0,
    kind: 'open',
    status: 200,
    headers: [
      ['Content-Type', 'text/event-stream'],
      ['Access-Control-Allow-Origin', 'x'],
    ],
  },
  { at: 0, kind: 'chunk', text: 'retry: 10\nid: 1\ndata: 1\n\nid: 2\nda' },
  { at: 5, kind: 'fault', fault: 'cut' },
  { at: 9, connection: 2, kind: 'fault', fault: 'refuse', lastEventId: '1' },
  {
    at: 20,
    connection: 3,
    kind: 'open',
    status: 200,
    headers: [['Content-Type', 'text/event-stream']],
    lastEventId: '1',
  },
  { at: 25, kind: 'chunk', text: 'id: 2\ndata: 2\n\n' },
  { at: 30, kind: 'event', id: '3', data: '3' },
]
const recording = readRecording(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))

/** What an EventSource that nobody here wrote makes of it. */
async function seenBy(url: string, count: number): Promise<string[]> {
  const source = new EventSource(url)
  onTestFinished(() => source.close())
  const seen: string[] = []
  await new Promise<void>((resolve) => {
    source.onmessage = ({ data }) => {
      if (seen.push(data) === count) resolve()
    }
  })
  return seen
}

test('a client comes back through the recorded cut and refusal, and gets the whole story', async () => {
  expect(await seenBy(await replaying(recording), 3)).toEqual(['1', '2', '3'])
})

test('a client that names an event goes on from there, also by the query', async () => {
  const url = await replaying(recording)
  const requests = [fetchUntilClosed(url, { 'last-event-id': '2' }), fetchUntilClosed(`${url}?lastEventId=2`)]
  for (const response of await Promise.all(requests)) {
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    const { value } = (await response.body?.getReader().read()) ?? {}
    expect(String(Buffer.from(value ?? []))).toBe('id: 3\ndata: 3\n\n')
  }
})

function fetchUntilClosed(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  return fetch(url, { headers, signal: abort.signal })
}

test('faults act on top of what was recorded', async () => {
  const url = await replaying(recording, ['status:503@connection=1'])
  expect((await fetch(url)).status).toBe(503)
  const head = await fetch(url, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
})
