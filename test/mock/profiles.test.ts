import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import type { Mock } from '../../src/mock/index.js'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'
import { startMock } from './start-mock.js'

const fast = { firstToken: 1, tokensPerSecond: 10_000, jitter: 0 }

test('llm answers a prompt in chunks, ends with [DONE], and ends the response', async () => {
  const mock = await startMock({ profile: 'llm', payload: 'One two, three.', llm: fast })
  const body = JSON.stringify({ model: 'm', messages: [], stream: true, stream_options: { include_usage: true } })
  const reader = await open(`${mock.url}/v1/chat/completions`, { method: 'POST', body })
  await until(() => reader.ended)
  expect(reader.text).not.toContain('retry:')
  const datas = reader.events.map(({ data }) => data)
  expect(datas.at(-1)).toBe('[DONE]')
  const chunks = datas.slice(0, -1).map((data) => JSON.parse(data))
  expect(chunks[0]).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion.chunk',
    model: 'm',
    choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
  })
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  const spoken = chunks.slice(1, -2).map(({ choices }) => choices[0].delta.content)
  expect(spoken).toEqual(['One', ' two', ',', ' three', '.'])
  expect(chunks.at(-2).choices).toEqual([{ index: 0, delta: {}, finish_reason: 'stop' }])
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } })
  expect(reader.events.every(({ event, id }) => event === undefined && id === undefined)).toBe(true)
})

test('llm waits before the first token, keeps its pace, and says as many tokens as asked for', async () => {
  const mock = await startMock({ profile: 'llm', llm: { firstToken: 120, tokensPerSecond: 50, tokens: 6 } })
  const startedAt = performance.now()
  const reader = await open(`${mock.url}/events`)
  await reader.received(2)
  const firstAt = performance.now()
  await until(() => reader.ended)
  expect(firstAt - startedAt).toBeGreaterThanOrEqual(119)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119 + 60)
  expect(reader.events.filter(({ data }) => data.includes('"content":"') && !data.includes('role'))).toHaveLength(6)
})

test('llm answers at once where no stream is wanted, and broken JSON with a sentence', async () => {
  const mock = await startMock({ profile: 'llm', payload: 'Yes.', llm: fast })
  const post = (body: string) => fetch(`${mock.url}/v1/chat/completions`, { method: 'POST', body })
  expect(await (await post('{"stream": false}')).json()).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: 'Yes.' } }],
    usage: { completion_tokens: 2 },
  })
  const refused = await post('{"stream": ')
  expect([refused.status, (await refused.json()).error.message]).toEqual([
    400,
    expect.stringContaining('The body is no JSON'),
  ])
})

test('llm streams where the body says so, or is silent and the client accepts a stream', async () => {
  const mock = await startMock({ profile: 'llm', payload: 'Yes.', llm: fast })
  async function typeOf(body: string, accept = '*/*'): Promise<string | null> {
    const response = await fetch(`${mock.url}/v1/chat/completions`, { method: 'POST', body, headers: { accept } })
    await response.text()
    return response.headers.get('content-type')
  }
  expect(await typeOf('{}')).toBe('application/json')
  expect(await typeOf('{"stream": null}')).toBe('application/json')
  expect(await typeOf('{}', 'text/event-stream')).toBe('text/event-stream')
  expect(await typeOf('{"stream": false}', 'text/event-stream')).toBe('application/json')
  const wrong = await fetch(`${mock.url}/v1/messages`, { method: 'POST', body: '{"stream": "yes"}' })
  expect([wrong.status, await wrong.json()]).toMatchObject([
    400,
    { type: 'error', error: { type: 'invalid_request_error', message: 'The field stream is true or false.' } },
  ])
})

test('llm answers /v1/messages in the events of Anthropic, each named like its type', async () => {
  const mock = await startMock({ profile: 'llm', payload: 'One two.', llm: fast })
  const post = (body: object) =>
    open(`${mock.url}/v1/messages`, { method: 'POST', body: JSON.stringify({ model: 'm', messages: [], ...body }) })
  const reader = await post({ stream: true })
  await until(() => reader.ended)
  const events = reader.events.map(({ event, data }) => ({ event, ...JSON.parse(data) }))
  expect(events.map(({ event }) => event)).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    ...Array.from({ length: 3 }, () => 'content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  expect(events.every(({ event, type }) => event === type)).toBe(true)
  expect(events[0].message).toMatchObject({ role: 'assistant', model: 'm', content: [], stop_reason: null })
  expect(events.flatMap(({ delta }) => delta?.text ?? []).join('')).toBe('One two.')
  expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } })
  const whole = await post({})
  await until(() => whole.ended)
  expect(JSON.parse(whole.text)).toMatchObject({
    type: 'message',
    content: [{ type: 'text', text: 'One two.' }],
    stop_reason: 'end_turn',
    usage: { output_tokens: 3 },
  })
})

test('llm lets go when its client leaves, and faults act on it', async () => {
  const mock = await startMock({
    profile: 'llm',
    llm: { ...fast, tokensPerSecond: 20, tokens: 1000 },
    faults: ['cut@event=3,connection=2'],
  })
  const reader = await open(`${mock.url}/events`)
  await reader.received(2)
  expect(mock.channel.sessionCount).toBe(1)
  reader.close()
  await until(() => mock.channel.sessionCount === 0)
  const cut = await open(`${mock.url}/events`)
  await until(() => cut.ended)
  expect(cut.events).toHaveLength(2)
})

const accept = { accept: 'application/json, text/event-stream' }

async function initialize(mock: Mock, protocolVersion = '2025-06-18') {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion } })
  const reader = await open(`${mock.url}/mcp`, { method: 'POST', headers: accept, body })
  await until(() => reader.ended)
  const session = String(reader.headers['mcp-session-id'])
  return {
    result: JSON.parse(reader.events.at(-1)?.data ?? '').result,
    headers: { ...accept, 'mcp-session-id': session },
  }
}

const call = (mock: Mock, headers: Record<string, string>, message: unknown) =>
  open(`${mock.url}/mcp`, { method: 'POST', headers, body: JSON.stringify(message) })

const count = (to: number, everyMs = 1) => ({
  jsonrpc: '2.0',
  id: 'c',
  method: 'tools/call',
  params: { name: 'count', arguments: { to, everyMs }, _meta: { progressToken: 'p' } },
})

test('mcp begins a session and answers requests with an event stream that ends', async () => {
  const mock = await startMock({ profile: 'mcp' })
  const { result, headers } = await initialize(mock)
  expect(result).toMatchObject({ protocolVersion: '2025-06-18', capabilities: { tools: {} } })
  const notified = await call(mock, headers, { jsonrpc: '2.0', method: 'notifications/initialized' })
  expect(notified.status).toBe(202)
  const reader = await call(mock, headers, count(2))
  await until(() => reader.ended)
  const messages = reader.events.map(({ data }) => JSON.parse(data))
  expect(messages).toEqual([
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1, total: 2 } },
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 2, total: 2 } },
    { jsonrpc: '2.0', id: 'c', result: { content: [{ type: 'text', text: 'counted to 2' }] } },
  ])
  const unknown = await call(mock, headers, { jsonrpc: '2.0', id: 2, method: 'nothing' })
  expect(JSON.parse((await unknown.received(1))[0]?.data ?? '')).toMatchObject({ id: 2, error: { code: -32_601 } })
})

test('mcp gives a client whose connection broke the rest of the answer, and no more', async () => {
  const mock = await startMock({ profile: 'mcp', faults: ['cut@event=3,connection=2'] })
  const { headers } = await initialize(mock)
  const broken = await call(mock, headers, count(6, 10))
  await until(() => broken.ended)
  const seen: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => seen.push(event) })
  parser.feed(broken.text)
  expect(seen).toHaveLength(2)
  const rest = await open(`${mock.url}/mcp`, { headers: { ...headers, 'last-event-id': seen[1]?.id ?? '' } })
  await until(() => rest.ended)
  expect(rest.events.map(({ id }) => Number(id?.split('_')[1]))).toEqual([3, 4, 5, 6, 7])
  const again = await open(`${mock.url}/mcp`, { headers: { ...headers, 'last-event-id': rest.events[3]?.id ?? '' } })
  await until(() => again.ended)
  expect(again.events.map(({ data }) => JSON.parse(data).id)).toEqual(['c'])
})

test('mcp refuses what the transport says is to be refused', async () => {
  const mock = await startMock({ profile: 'mcp' })
  const { headers } = await initialize(mock)
  const statusOf = async (given: Record<string, string>, message: unknown = count(0)) =>
    (await call(mock, given, message)).status
  expect(await statusOf({ ...headers, accept: 'application/json' })).toBe(406)
  expect(await statusOf(accept)).toBe(400)
  expect(await statusOf({ ...headers, 'mcp-session-id': 'unknown' })).toBe(404)
  expect(await statusOf({ ...headers, 'mcp-protocol-version': '1999-01-01' })).toBe(400)
  expect(await statusOf({ ...headers, origin: 'https://evil.test' })).toBe(403)
  expect(await statusOf(headers, { id: 1 })).toBe(400)
  expect(await statusOf(headers, [])).toBe(400)
  expect(await statusOf(headers, { jsonrpc: '2.0', id: 1, method: 'initialize', params: null })).toBe(400)
  const lost = await open(`${mock.url}/mcp`, { headers: { ...headers, 'last-event-id': '01234567_1' } })
  expect(lost.status).toBe(404)
  const ended = await open(`${mock.url}/mcp`, { method: 'DELETE', headers })
  expect(ended.status).toBe(204)
  expect(await statusOf(headers)).toBe(404)
})

test('mcp says what is published to whoever listens with GET, also to those who come back', async () => {
  const mock = await startMock({ profile: 'mcp' })
  const { headers } = await initialize(mock)
  const reader = await open(`${mock.url}/mcp`, { headers })
  expect([reader.status, reader.headers['content-type']]).toEqual([200, 'text/event-stream'])
  expect(mock.connections().channels.events?.sessions).toBe(1)
  const notify = (level: string) =>
    fetch(`${mock.url}/publish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { jsonrpc: '2.0', method: 'notifications/message', params: { level, data: 'x' } } }),
    })
  await notify('info')
  const [event] = await reader.received(1)
  expect(JSON.parse(event?.data ?? '').params).toEqual({ level: 'info', data: 'x' })
  reader.close()
  await until(() => mock.channel.sessionCount === 0)
  await notify('error')
  const again = await open(`${mock.url}/mcp`, { headers: { ...headers, 'last-event-id': event?.id ?? '' } })
  expect(JSON.parse((await again.received(1))[0]?.data ?? '').params.level).toBe('error')
  await mock.close()
  await until(() => again.ended)
})

test('mcp of the newest revision begins each stream with an id to resume from, and no message', async () => {
  const mock = await startMock({ profile: 'mcp' })
  const { result, headers } = await initialize(mock, '2025-11-25')
  expect(result.protocolVersion).toBe('2025-11-25')
  const reader = await call(mock, { ...headers, 'mcp-protocol-version': '2025-11-25' }, count(1))
  await until(() => reader.ended)
  expect(reader.text).toMatch(/^retry: 1000\n\nid: (\w+)_1\ndata: ?\n\nid: \1_2\ndata: \{/)
})
