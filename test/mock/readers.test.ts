import { connect } from 'node:http2'
import { EventSource } from 'eventsource'
import { Agent, EventSource as UndiciEventSource, fetch as undiciFetch } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { curl } from '../server/support/curl.js'
import { until } from '../server/support/until.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'
import { quiet, startMock } from './start-mock.js'

/** What all of these EventSources have. */
interface AnySource {
  onmessage: ((event: { data: string; lastEventId: string }) => void) | null
  onerror: ((event: never) => void) | null
  readonly readyState: number
  close(): void
}

const readers: [string, (url: string) => AnySource][] = [
  ['npm eventsource', (url) => new EventSource(url) as unknown as AnySource],
  ['undici’s EventSource', (url) => new UndiciEventSource(url) as unknown as AnySource],
]

function follow(source: AnySource) {
  onTestFinished(() => source.close())
  const seen: string[] = []
  source.onmessage = ({ data }) => seen.push(data)
  source.onerror = () => {}
  return seen
}

const inOrder = (seen: readonly string[]) => seen.map(Number).every((seq, n) => seq === Number(seen[0]) + n)

for (const [name, open] of readers) {
  test(`${name} reads, and comes back after a cut, a reset and an end without losing or repeating`, async () => {
    const mock = await startMock({
      payload: '{{seq}}',
      retryMs: 5,
      faults: ['cut@event=4,connection=1', 'reset@event=4,connection=2', 'close@event=4,connection=3'],
    })
    const seen = follow(open(`${mock.url}/events`))
    await until(() => seen.length >= 20)
    expect(inOrder(seen)).toBe(true)
    expect(mock.connections().channels.events?.sessions).toBe(1)
  })

  test(`${name} stays closed after an error status`, async () => {
    const mock = await startMock({ faults: ['status:502'] })
    const source = open(`${mock.url}/events`)
    const seen = follow(source)
    await until(() => source.readyState === 2)
    expect(seen).toEqual([])
  })

  test.runIf(needs('nginx'))(`${name} reads behind nginx as it comes`, async () => {
    const mock = await startMock({ payload: '{{seq}}', retryMs: 5, faults: ['cut@event=3,connection=1'] })
    await using front = await startNginx(mock.url)
    const seen = follow(open(`${front.url}/events`))
    await until(() => seen.length >= 8)
    expect(inOrder(seen)).toBe(true)
  })
}

const overHttp2: [string, (url: string, dispatcher: Agent) => AnySource][] = [
  [
    'npm eventsource',
    (url, dispatcher) =>
      new EventSource(url, {
        fetch: (input, init) => undiciFetch(input, { ...init, dispatcher } as never) as never,
      }) as unknown as AnySource,
  ],
  [
    'undici’s EventSource',
    (url, dispatcher) => new UndiciEventSource(url, { node: { dispatcher } } as never) as unknown as AnySource,
  ],
]

test.each(overHttp2)('%s reads over HTTP/2', async (_name, open) => {
  const mock = await startMock({ payload: '{{seq}}', http2: true })
  const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } })
  onTestFinished(() => dispatcher.destroy())
  const seen = follow(open(`${mock.url}/events`, dispatcher))
  await until(() => seen.length >= 5)
  expect(inOrder(seen)).toBe(true)
})

test.runIf(needs('curl') && needs('nginx'))('curl reads behind nginx as it comes', async () => {
  const mock = await startMock({ ...quiet })
  await using front = await startNginx(mock.url)
  const printed = curl([`${front.url}/events`])
  await until(() => mock.channel.sessionCount === 1)
  for (let n = 1; n <= 3; n++) {
    mock.channel.broadcast(`event ${n}`)
    await until(() => printed.text.includes(`data: event ${n}\n\n`))
  }
})

test.runIf(needs('curl'))('curl prints what is published, over HTTP/1.1, HTTP/2 and HTTP/1.1 over TLS', async () => {
  for (const [http2, version] of [
    [false, '--http1.1'],
    [true, '--http2'],
    [true, '--http1.1'],
  ] as const) {
    const mock = await startMock({ ...quiet, http2 })
    const printed = curl([version, '--insecure', '--include', `${mock.url}/events`])
    await until(() => mock.channel.sessionCount === 1)
    const posted = curl(['-k', '-d', '{"data": "a\\nb", "event": "n"}', `${mock.url}/publish`])
    await until(() => posted.ended)
    expect(posted.text).toBe('{"id":"1","clients":1}\n')
    await until(() => printed.text.includes('data: b'))
    expect(printed.text).toContain(version === '--http2' ? 'HTTP/2 200' : 'HTTP/1.1 200')
    expect(printed.text.toLowerCase()).toContain('content-type: text/event-stream')
    expect(printed.text).toMatch(/\n\r\nevent: n\nid: 1\ndata: a\ndata: b\n\n$/)
    await mock.close()
    await until(() => printed.ended)
  }
})

test('over HTTP/2 a cut and a reset end the one stream; the others of the connection go on', async () => {
  const mock = await startMock({
    http2: true,
    payload: '{{seq}}',
    faults: ['cut@event=2,connection=2', 'reset@event=2,connection=3'],
  })
  const session = connect(mock.url, { rejectUnauthorized: false })
  onTestFinished(() => session.destroy())
  const open = () => {
    const stream = session.request({ ':path': '/events', accept: 'text/event-stream' })
    const state = { text: '', code: undefined as number | undefined, error: '' }
    stream.setEncoding('utf8').on('data', (text: string) => {
      state.text += text
    })
    stream.on('error', ({ message }) => {
      state.error = message
    })
    stream.on('close', () => {
      state.code = stream.rstCode
    })
    return state
  }
  const [whole, cut, reset] = [open(), open(), open()]
  await until(() => cut.code !== undefined && reset.code !== undefined)
  const sofar = whole.text.length
  await until(() => whole.text.length > sofar + 100)
  expect([cut.code, reset.code, whole.code]).toEqual([2, 8, undefined])
  expect(cut.text.match(/\n\n/g)).toHaveLength(2)
  expect(cut.text).not.toMatch(/\n\n$/)
})

test.each(['half-open', 'black-hole', 'late-headers:50ms', 'gzip-hold', 'slice:5', 'close@event=2', 'status:503'])(
  '%s acts over HTTP/2 too, and the mock closes',
  async (fault) => {
    const mock = await startMock({ http2: true, payload: '{{seq}}', faults: [fault] })
    const session = connect(mock.url, { rejectUnauthorized: false })
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':path': '/events' })
    let text = ''
    let status: unknown
    let ended = false
    stream.on('response', (headers) => {
      status = headers[':status']
    })
    stream.setEncoding('latin1').on('data', (part: string) => {
      text += part
    })
    stream.on('error', () => {})
    stream.on('end', () => {
      ended = true
    })
    await until(() => mock.published >= 20)
    const outcomes: Record<string, () => boolean> = {
      'half-open': () => status === 200 && text === '' && !ended,
      'black-hole': () => status === undefined && !ended,
      'late-headers:50ms': () => status === 200 && text.includes('data:'),
      'gzip-hold': () => status === 200 && !text.includes('data:') && !ended,
      'slice:5': () => text.includes('data:'),
      'close@event=2': () => ended && text.match(/data:/g)?.length === 2,
      'status:503': () => status === 503 && ended,
    }
    await until(outcomes[fault] ?? (() => false))
    await mock.close()
  },
)
