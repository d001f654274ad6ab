/**
 * Remedies that a check prints of its own: each is taken out of the finding about a server that has the fault, pasted into
 * that server as it stands, and the doctor asked again.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type DiagnoseOptions, diagnose } from '../../src/index.js'
import { findingOf } from '../support/examine.js'
import { startNginx } from '../support/fronts/nginx.js'
import { needs } from '../support/needs.js'
import { certify, serveSecurely } from '../support/secure-server.js'
import { type Handler, serve, steady } from '../support/stream-server.js'

const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' }
const pageOrigin = 'https://app.example'

/** Runs what was to be pasted, with the names that it takes for given. */
function paste(code: string, given: Record<string, unknown>): void {
  new Function(...Object.keys(given), code)(...Object.values(given))
}

/** Header lines, without the words beside them. */
function headersIn(snippet: string): [string, string][] {
  const lines = snippet.split('\n').filter((line) => line !== '' && !line.startsWith('//'))
  return lines.map((line) => line.split(': ') as [string, string])
}

/** A stream, each of whose events is written by `write`. */
const writing =
  (write: (res: ServerResponse, number: number) => void): Handler =>
  (_request, res) => {
    res.writeHead(200, head).flushHeaders()
    let number = 0
    const timer = setInterval(() => write(res, ++number), 100)
    res.once('close', () => clearInterval(timer))
  }

interface Case {
  id: string
  name: string
  /** The server, with a snippet pasted or, where there is none, with the fault. */
  server: (snippet: string | undefined) => Handler
  options?: DiagnoseOptions
  /** What the measured words of the fault have in them. */
  measured: RegExp
}

/** A sound stream, before whose head something is done. */
const before =
  (prepare: (req: IncomingMessage, res: ServerResponse) => void): Handler =>
  (req, res) => {
    prepare(req, res)
    stream(req, res)
  }
const stream = steady()

/** The same, with the faulty lines in the place of the pasted ones. */
const framing = (name: string, measured: RegExp, fault: string, given: object = {}): Case => ({
  id: 'format/framing',
  name,
  measured,
  server: (snippet) =>
    writing((res, id) => {
      if (snippet === undefined) res.write(fault)
      else paste(snippet, { res, id, ...given })
    }),
})

const cases: Case[] = [
  {
    id: 'cors/origin',
    name: 'a page of another origin may read it',
    options: { pageOrigin },
    measured: /^no Access-Control-Allow-Origin/,
    server: (snippet = '') => before((req, res) => paste(snippet, { req, res })),
  },
  {
    id: 'cors/origin',
    name: 'and its errors as well',
    options: { pageOrigin },
    measured: /on a 503$/,
    server:
      (snippet = '') =>
      (req, res) => {
        paste(snippet, { req, res })
        res.writeHead(503).end()
      },
  },
  {
    id: 'cors/credentials',
    name: 'a page that sends cookies may read it',
    options: { pageOrigin, withCredentials: true },
    measured: /^Access-Control-Allow-Origin: \*, Access-Control-Allow-Credentials: absent$/,
    server: (snippet = '') =>
      before((req, res) => {
        res.setHeader('Access-Control-Allow-Origin', '*')
        paste(snippet, { req, res })
      }),
  },
  {
    id: 'cors/preflight',
    name: 'a fetch that resumes is told yes',
    options: { pageOrigin },
    measured: /^OPTIONS was answered with 404; .*; not allowed: last-event-id, authorization$/,
    server: (snippet) => (req, res) => {
      if (req.method !== 'OPTIONS') stream(req, res)
      else if (snippet === undefined) res.writeHead(404).end()
      else res.writeHead(204, Object.fromEntries(headersIn(snippet))).end()
    },
  },
  framing('data with line breaks in it', /^a line that is no field/, 'data: {\n"a": 1}\n\n', { text: '{\n"a": 1}' }),
  framing('an event without data', /^an event without data/, 'event: tick\n\n'),
  framing('a retry with words', /^a retry that is no number/, 'retry: 3s\ndata: 1\n\n'),
  framing('a misspelt field', /^a field that is misspelt/, 'Data: 1\n\n', { type: 'news', data: { a: 1 } }),
  framing('two events in one', /^a second id or event in one event/, 'id: 1\ndata: 1\nid: 2\ndata: 2\n\n', {
    type: 'news',
    data: 'a\nb',
  }),
  framing('an id with NUL', /^an id with NUL/, 'id: 1\u00002\ndata: 1\n\n', { type: 'news', data: 1 }),
  framing('one line feed', /no blank line among them: no event has an end$/, 'data: 1\n', { data: { a: 1 } }),
  framing('JSON with nothing in front', /^a line that is no field/, '{"a":1}\n\n', { data: { a: 1 } }),
  {
    id: 'format/framing',
    name: 'a field inside a field',
    measured: /^data that begins with “data:” itself/,
    server: (snippet) =>
      writing((res) => {
        const send = (data: string) => res.write(`data: ${data}\n\n`)
        if (snippet === undefined) send('data: {}\n\n')
        else paste(snippet, { send, data: {} })
      }),
  },
  {
    id: 'format/encoding',
    name: 'text goes as UTF-8',
    measured: /^bytes that are no UTF-8/,
    server: (snippet) => {
      const text = 'data: Grüße\n\n'
      return writing((res) => (snippet === undefined ? res.write(text, 'latin1') : paste(snippet, { res, text })))
    },
  },
  {
    id: 'format/oversized',
    name: 'what is large is named, and fetched',
    measured: /^the largest has 98 KiB$/,
    server: (snippet) =>
      writing((res, id) => {
        if (snippet === undefined) res.write(`id: ${id}\ndata: ${'x'.repeat(100_000)}\n\n`)
        else paste(snippet, { res, id, href: '/pictures/1' })
      }),
  },
  {
    id: 'lifetime/ends-at-once',
    name: 'the response stays open',
    options: { for: 2500 },
    measured: /^\d+ connections, \d+ events, and each ended by the server/,
    server: (snippet) => (_request, res) => {
      res.writeHead(200, head).write('retry: 100\n\ndata: 1\n\n')
      if (snippet === undefined) res.end()
      else paste(snippet, { res })
    },
  },
  {
    id: 'resume/control-frame-ids',
    name: 'a heartbeat is a comment',
    measured: /^\d+ heartbeat events with ids/,
    server: (snippet) =>
      writing((res, id) => {
        if (id % 3 > 0) res.write(`id: ${id}\ndata: ${id}\n\n`)
        else if (snippet === undefined) res.write(`event: heartbeat\nid: ${id}\ndata: \n\n`)
        else paste(snippet, { res })
      }),
  },
  {
    id: 'response/content-type',
    name: 'the stream says what it is',
    measured: /^text\/plain/,
    server: (snippet) => (_request, res) => {
      const [[name, value] = ['content-type', 'text/plain']] = headersIn(snippet ?? '')
      res.writeHead(200, { [name]: value }).write('data: 1\n\n')
    },
  },
]

describe.concurrent.each(cases)('$id: $name', ({ id, server, options, measured }) => {
  test('as the finding says', async () => {
    await using faulty = await serve(server(undefined))
    const found = await findingOf(id, faulty.url, options)
    expect(found).toMatchObject({ state: 'fail', measured: expect.stringMatching(measured) })
    await using sound = await serve(server(found.fixes[0]?.snippet))
    expect(await findingOf(id, sound.url, options)).toMatchObject({ state: 'pass' })
  })
})

test.concurrent('the address that a redirect led to is the stream itself', async () => {
  const id = 'response/redirect'
  await using server = await serve((req, res) => {
    if (req.url === '/events') res.writeHead(308, { location: '/v2/events' }).end()
    else stream(req, res)
  })
  const found = await findingOf(id, server.url)
  expect(found).toMatchObject({ state: 'fail', severity: 'info' })
  const addresses: string[] = []
  paste(found.fixes[0]?.snippet ?? '', {
    EventSource: class {
      constructor(url: string) {
        addresses.push(url)
      }
    },
  })
  expect(addresses).toEqual([`${server.origin}/v2/events`])
  expect(await findingOf(id, addresses[0] ?? '')).toMatchObject({ state: 'pass' })
})

describe.concurrent('h2/stream-limit: more streams to a connection', () => {
  const id = 'h2/stream-limit'

  /** The words for nginx and for Node stand side by side on one line. */
  async function printed(): Promise<{ nginx: string; node: string }> {
    await using few = await serveSecurely(stream as never, { http2: true, settings: { maxConcurrentStreams: 4 } })
    const found = await findingOf(id, few.url, { insecure: true })
    expect(found).toMatchObject({ state: 'fail', actual: 4, limitIs: 'least' })
    const [, nginx = '', node = ''] =
      /^nginx: (.*?;) +Node: createSecureServer\((.*)\)$/m.exec(found.fixes[0]?.snippet ?? '') ?? []
    return { nginx, node }
  }

  test('in Node', async () => {
    const { node } = await printed()
    const settings: { maxConcurrentStreams: number }[] = []
    paste(`give(${node})`, { give: (one: { settings: never }) => settings.push(one.settings) })
    await using many = await serveSecurely(stream as never, {
      http2: true,
      ...(settings[0] && { settings: settings[0] }),
    })
    expect(await findingOf(id, many.url, { insecure: true })).toMatchObject({ state: 'pass', actual: 256 })
  })

  test.runIf(needs('nginx'))('in nginx', async () => {
    const { nginx } = await printed()
    await using app = await serve(stream)
    const folder = await mkdtemp(path.join(tmpdir(), 'sse-coord-test-'))
    const { cert, key } = await certify()
    const files = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')] as const
    await Promise.all([writeFile(files[0], cert), writeFile(files[1], key)])
    const states: unknown[] = []
    for (const words of ['http2_max_concurrent_streams 4;', nginx]) {
      const http = `ssl_certificate ${files[0]}; ssl_certificate_key ${files[1]}; ${words}`
      await using front = await startNginx(app.origin, { http, listen: 'ssl http2', location: 'proxy_buffering off;' })
      const url = `https://127.0.0.1:${front.port}/events`
      const { findings } = await diagnose({ urls: [url], for: 1000, insecure: true, onlyChecks: [id] })
      states.push(...findings.map(({ state, actual }) => [state, actual]))
    }
    await rm(folder, { recursive: true })
    expect(states).toEqual([
      ['fail', 4],
      ['pass', 128],
    ])
  })
})
