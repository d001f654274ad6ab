/** The examples of docs/server.md, run as they stand with the package as it is packed. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { diagnose } from '../../src/index.js'
import { open } from '../server/support/reader.js'
import { noRedis, startRedis } from '../server/support/redis.js'
import { until } from '../server/support/until.js'
import { type DocBlock, mergeImports, readBlocks } from './support/doc-blocks.js'
import { createPackedFolder } from './support/packed-folder.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const blocks = readBlocks(path.join(root, 'docs/server.md'), 'js')
let folder: string

beforeAll(() => {
  const packages = ['fastify', 'hono', '@hono/node-server', 'ioredis', 'typescript', '@types']
  const packed = createPackedFolder(packages, ['--omit=optional'])
  folder = packed.path
  return packed.remove
}, 300_000)

/** The one example that says this. */
function block(words: string): DocBlock {
  const found = blocks.filter(({ first, rest }) => `${first}\n${rest}`.includes(words))
  expect(found, `examples with “${words}”`).toHaveLength(1)
  return found[0] as DocBlock
}

/** Runs an app that tells its port, and answers its process and URL. */
async function run(name: string, code: string, args: string[] = []): Promise<{ url: string; child: ChildProcess }> {
  const file = path.join(folder, `${name}.js`)
  writeFileSync(file, code)
  const child = fork(file, args)
  onTestFinished(() => void child.kill('SIGKILL'))
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
  })
  return { url: `http://127.0.0.1:${port}`, child }
}

/** A server on a free port that tells it. `handle` is the body of its handler. */
const serverOf = (handle: string) => `
const server = http.createServer(async (request, response) => {
${handle}
}).listen(0, '127.0.0.1', () => process.send(server.address().port))`

const nodeHttp: DocBlock = { imports: [['http', 'node:http']], first: '', rest: '' }
const session: DocBlock = { imports: [['{ createSession }', 'sse-coord/server']], first: '', rest: '' }

test('the first server streams, and a client that returns gets what it missed', async () => {
  const { imports, first, rest } = block('.listen(8080')
  const own = `${mergeImports([{ imports, first, rest }])}\n${first}\n${rest}`
  expect(own).toContain('http\n  .createServer(')
  const code = own
    .replace('http\n', 'const server = http\n')
    .replace(".listen(8080, '127.0.0.1')", ".listen(0, '127.0.0.1', () => process.send(server.address().port))")
  const { url } = await run('first', code)
  const reader = await open(url)
  const [one] = await reader.received(2)
  expect(one).toMatchObject({ event: 'tick', data: expect.stringMatching(/^\{"at":\d+\}$/) })
  const again = await open(url, { headers: { 'Last-Event-ID': one?.id ?? '' } })
  expect((await again.received(1))[0]).toEqual(reader.events[1])
  const { findings } = await diagnose({ urls: [url], for: '3s' })
  const bad = findings.filter(({ state, id }) => state === 'fail' && id !== 'connection/http-version')
  expect(bad).toEqual([])
  expect(findings).toContainEqual(expect.objectContaining({ id: 'retry/herd', state: 'pass' }))
})

test('a session pushes, gathers, iterates, streams and ends', async () => {
  const example = block('session.stream(readable)')
  const readable: DocBlock = { imports: [['{ Readable }', 'node:stream']], first: '', rest: '' }
  const { url } = await run(
    'session',
    `${mergeImports([nodeHttp, session, readable, example])}
    ${serverOf(`const [rows, readable] = [[{ row: 1 }], Readable.from(['a'])]\n${example.first}\n${example.rest}`)}`,
  )
  const reader = await open(url)
  await until(() => reader.ended)
  expect(reader.events).toEqual([
    { event: 'note', data: '{"any":"thing"}', id: 'id-1' },
    { event: undefined, data: '1', id: undefined },
    { event: undefined, data: '2', id: undefined },
    { event: 'iteration', data: '{"row":1}', id: undefined },
    { event: 'stream', data: '"a"', id: undefined },
  ])
  expect(reader.comments).toEqual(['hello'])
  expect(reader.retry).toBeGreaterThanOrEqual(5000)
  expect(reader.retry).toBeLessThanOrEqual(15_000)
})

test('an answer comes token by token, and one that fails says so', async () => {
  const example = block("'[DONE]'")
  const { url } = await run(
    'tokens',
    `${mergeImports([nodeHttp, session])}
    async function* speak(fails) {
      yield 'Hel'
      yield 'lo\\n'
      if (fails) throw new Error('overloaded')
    }
    ${serverOf(`const tokens = speak(request.url === '/fails')\n${example.first}\n${example.rest}`)}`,
  )
  const dataOf = async (path: string) => {
    const reader = await open(url + path)
    await until(() => reader.ended)
    return reader.events.map(({ event = 'message', data }) => [event, data])
  }
  const tokens = [
    ['message', 'Hel'],
    ['message', 'lo\n'],
  ]
  expect(await dataOf('/')).toEqual([...tokens, ['message', '[DONE]']])
  expect(await dataOf('/fails')).toEqual([...tokens, ['failed', 'The model gave up.']])
})

test('a client that has left meanwhile joins nothing, and who signs out is dismissed in all tabs', async () => {
  const [late, signOut] = [block('userOf(request)'), block("'signed out'")]
  const store: DocBlock = { imports: [['{ createChannelStore }', 'sse-coord/server']], first: '', rest: '' }
  const { url } = await run(
    'users',
    `${mergeImports([nodeHttp, session, store])}
    const users = createChannelStore()
    let looks = 0
    async function userOf(request) {
      looks += 1
      if (request.url === '/late') await new Promise((resolve) => request.once('close', resolve))
      return { id: 'ada' }
    }
    ${serverOf(`
    if (request.method === 'POST') {
      ${signOut.first}\n${signOut.rest}
      return response.end('out')
    }
    if (request.url === '/looks') return response.end(looks + ' ' + users.size)
    ${late.first}\n${late.rest}`)}`,
  )
  const leaving = new AbortController()
  const left = fetch(`${url}/late`, { signal: leaving.signal }).catch(() => 'left')
  await until(async () => (await (await fetch(`${url}/looks`)).text()).startsWith('1'))
  leaving.abort()
  expect(await left).toBe('left')
  const tabs = await Promise.all([open(`${url}/events`), open(`${url}/events`)])
  expect(await (await fetch(url, { method: 'POST' })).text()).toBe('out')
  await until(() => tabs.every(({ ended }) => ended))
  expect(tabs.map(({ events }) => events)).toMatchObject([[{ event: 'disconnect' }], [{ event: 'disconnect' }]])
})

test('with a Fetch API the response is the answer', async () => {
  const example = block('createResponse(request')
  const hono: DocBlock = {
    imports: [
      ['{ Hono }', 'hono'],
      ['{ serve }', '@hono/node-server'],
      ['{ createChannel }', 'sse-coord/server'],
    ],
    first: '',
    rest: '',
  }
  const { url } = await run(
    'fetch',
    `${mergeImports([hono, example])}
    const channel = createChannel()
    ${example.first}
    const app = new Hono().get('/', (context) => GET(context.req.raw))
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send(port))
    setInterval(() => channel.broadcast(channel.sessionCount), 20)`,
  )
  const reader = await open(url)
  await reader.received(2)
  expect(reader.events[1]?.data).toBe('1')
})

test('a channel with a history, topics, a store, limits and the monitor work together', async () => {
  const [channel, users, limits, monitor] = [
    block('createChannel({ history:'),
    block('createChannelStore({'),
    block('createLimits({'),
    block('createMonitor({'),
  ]
  const topics: DocBlock = { imports: [['{ topicsOf }', 'sse-coord/server']], first: '', rest: '' }
  const create: DocBlock = { imports: [['{ createChannel }', 'sse-coord/server']], first: '', rest: '' }
  const { url } = await run(
    'together',
    `${mergeImports([nodeHttp, session, topics, create, channel, users, limits, monitor])}
    ${[channel, users, limits, monitor].map(({ first }) => first).join('\n')}
    ${serverOf(`
    if (request.url === '/connections') { ${monitor.rest}
    }
    else if (request.url === '/user') { const session = createSession(request, response); ${users.rest}
    }
    else if (request.url.startsWith('/topics')) {
      channel.register(createSession(request, response), { topics: topicsOf(request) })
      channel.broadcast({ price: 1 }, 'price', { topic: 'b' })
      channel.broadcast({ price: 2 }, 'price', { topic: 'a' })
    } else { ${limits.rest}
    }`)}`,
  )
  const user = await open(`${url}/user`)
  expect(await user.received(1)).toMatchObject([{ event: 'inbox', data: '{"unread":3}' }])
  const choosy = await open(`${url}/topics?topics=a,c`)
  expect((await choosy.received(1))[0]?.data).toBe('{"price":2}')
  for (let n = 0; n < 6; n++) expect((await open(`${url}/any`)).status).toBe(200)
  const refused = await open(`${url}/any`)
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '30'])
  const connections = await (await fetch(`${url}/connections`)).json()
  expect(connections).toMatchObject({ sessions: 8, refused: { key: 1 }, channels: { users: { channels: 1 } } })
})

test('with Fastify the headers of its plugins are sent, and it closes while a stream is open', async () => {
  const example = block('reply.hijack()')
  const fastify: DocBlock = { imports: [['Fastify', 'fastify']], first: '', rest: '' }
  const create: DocBlock = { imports: [['{ createChannel }', 'sse-coord/server']], first: '', rest: '' }
  const { url, child } = await run(
    'fastify',
    `${mergeImports([session, fastify, create])}
    const channel = createChannel()
    const app = Fastify()
    app.addHook('onRequest', async (request, reply) => void reply.header('access-control-allow-origin', '*'))
    ${example.first}\n${example.rest}
    await app.listen({ port: 0, host: '127.0.0.1' })
    process.send(app.server.address().port)
    process.once('message', () => app.close().then(() => process.disconnect()))`,
  )
  const reader = await open(`${url}/events`)
  expect(reader.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'content-type': 'text/event-stream',
  })
  child.send('close')
  await until(() => reader.ended && child.exitCode === 0)
})

test('a server with an open stream ends when it is told to', async () => {
  const example = block('server.closeIdleConnections()')
  const create: DocBlock = { imports: [['{ createChannel }', 'sse-coord/server']], first: '', rest: '' }
  const { url, child } = await run(
    'ending',
    `${mergeImports([nodeHttp, session, create])}
    const channel = createChannel()
    ${serverOf('channel.register(createSession(request, response))')}
    process.once('SIGTERM', () => process.disconnect())
    ${example.first}\n${example.rest}`,
  )
  const reader = await open(url, { headers: { connection: 'keep-alive' } })
  await until(() => reader.retry !== undefined)
  child.kill('SIGTERM')
  await until(() => reader.ended && child.exitCode === 0)
})

test('who still comes to a server that ends is cut off, and does not end it with an error', async () => {
  const [example, guard] = [block('server.closeIdleConnections()'), block('if (channel.isClosed)')]
  const create: DocBlock = { imports: [['{ createChannel }', 'sse-coord/server']], first: '', rest: '' }
  const { url, child } = await run(
    'late',
    `${mergeImports([nodeHttp, session, create])}
    const channel = createChannel()
    channel.on('closed', () => process.send('closed'))
    ${serverOf(`
    process.send('here')
    await new Promise((resolve) => process.once('message', resolve))
    if (request.url === '/work') return response.end('done')
    ${guard.first}\n${guard.rest}
    channel.register(createSession(request, response))`)}
    ${example.first}\n${example.rest}`,
  )
  const told: unknown[] = []
  child.on('message', (word) => told.push(word))
  const answers = Promise.allSettled([fetch(`${url}/work`), fetch(`${url}/events`)])
  await until(() => told.length === 2)
  child.kill('SIGTERM')
  await until(() => told.includes('closed'))
  child.send('go on')
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  child.disconnect()
  await until(() => child.exitCode === 0)
})

test.skipIf(noRedis)(
  'three servers share a channel; a client of the one that is killed resumes on another',
  async () => {
    const redis = await startRedis()
    const example = block('createRedisBackbone({')
    const code = `${mergeImports([nodeHttp, session, example])}
    ${example.first.replace('new Redis()', 'new Redis({ path: process.argv[2] })')}
    ${example.rest}
    ${serverOf(`
    if (request.method === 'POST') response.end(await channel.publish('posted'))
    else channel.register(createSession(request, response))`)}`
    expect(code).toContain('process.argv[2]')
    const servers = await Promise.all([1, 2, 3].map((n) => run(`redis-${n}`, code, [redis.socketPath])))
    const [first, second, third] = servers as [(typeof servers)[0], (typeof servers)[0], (typeof servers)[0]]
    const reader = await open(first.url)
    const publish = () => fetch(third.url, { method: 'POST' }).then((answer) => answer.text())
    const ids = [await publish()]
    await reader.received(1)
    first.child.kill('SIGKILL')
    await until(() => reader.ended)
    ids.push(await publish(), await publish())
    const again = await open(second.url, { headers: { 'Last-Event-ID': ids[0] ?? '' } })
    await again.received(2)
    expect([...reader.events, ...again.events].map(({ id }) => id)).toEqual(ids)
  },
)

test('the types of a whole application can be widened', () => {
  const [widen] = readBlocks(path.join(root, 'docs/server.md'), 'ts')
  writeFileSync(
    path.join(folder, 'widened.ts'),
    `import { createServer } from 'node:http'
    import { createSession } from 'sse-coord/server'
    ${widen?.first}\n${widen?.rest}
    createServer((request, response) => {
      const user: string = createSession(request, response, { state: { user: 'ada' } }).state.user
      // @ts-expect-error: the user is a text
      const none: number = createSession(request, response, { state: { user: 'ada' } }).state.user
      response.end([user, none])
    })`,
  )
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--skipLibCheck',
  ]
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, ...flags, 'widened.ts'], { cwd: folder, stdio: 'inherit' })
})
