import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { createParser } from 'eventsource-parser'
import { expect, onTestFinished, test } from 'vitest'
import { noRedis, startRedis } from './support/redis.js'
import { until } from './support/until.js'

/** The server program, made one file, so that plain Node can run it. */
async function buildApp(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-app-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const outfile = path.join(folder, 'app.cjs')
  const entry = path.join(import.meta.dirname, 'support/redis-app.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' })
  return outfile
}

async function startApp(file: string, socketPath: string) {
  const child: ChildProcess = fork(file, [socketPath])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(message as number)))
  return { child, url: `http://127.0.0.1:${port}` }
}

/** A client behind a load balancer: whenever its connection ends it goes to the next server, with its last event ID. */
function follow(urls: string[], first: number) {
  const state = { events: [] as { id: string; type: string; data: string }[], visits: 0 }
  let lastId = ''
  let isOver = false
  function connect(): void {
    if (isOver) return
    const url = urls[(first + state.visits++) % urls.length] ?? ''
    const headers = lastId === '' ? {} : { 'Last-Event-ID': lastId }
    const outgoing = request(`${url}/events`, { headers, agent: false }, (incoming) => {
      const parser = createParser({
        onEvent: ({ id = '', event: type = 'message', data }) => {
          lastId = id
          state.events.push({ id, type, data })
        },
      })
      incoming.setEncoding('utf8').on('data', (chunk) => parser.feed(chunk))
      incoming.on('error', () => {})
      incoming.on('close', again)
    })
    outgoing.on('error', again)
    outgoing.end()
    onTestFinished(() => {
      isOver = true
      outgoing.destroy()
    })
  }
  let timer: NodeJS.Timeout | undefined
  function again(): void {
    clearTimeout(timer)
    timer = setTimeout(connect, 10)
  }
  connect()
  return state
}

test.skipIf(noRedis)(
  'three servers, one killed, Redis restarted: nobody loses or repeats an event, and all are told when history is gone',
  { timeout: 60_000 },
  async () => {
    const redis = await startRedis()
    const file = await buildApp()
    const apps = await Promise.all([0, 1, 2].map(() => startApp(file, redis.socketPath)))
    const urls = apps.map(({ url }) => url)
    const clients = [0, 1, 2, 3, 4, 5].map((first) => follow(urls, first))
    await new Promise((resolve) => setTimeout(resolve, 100))
    let sent = 0
    async function publish(count: number): Promise<void> {
      for (let n = 0; n < count; n++) {
        const body = JSON.stringify(++sent)
        const url = urls[1 + (n % 2)] ?? ''
        const answer = await fetch(`${url}/publish`, { method: 'POST', body })
        if (!answer.ok) throw new Error(`not published: ${answer.status}`)
      }
    }
    const dataOf = (client: { events: { data: string }[] }) => client.events.map(({ data }) => Number(data))
    const all = () => Array.from({ length: sent }, (_, n) => n + 1)
    const everybodyHas = (count: number) => until(() => clients.every(({ events }) => events.length >= count), 20_000)

    await publish(50)
    await everybodyHas(50)
    const publishing = publish(200)
    apps[0]?.child.kill('SIGKILL')
    await publishing
    await everybodyHas(250)
    expect(clients[0]?.visits).toBeGreaterThan(1)

    await redis.kill()
    const whileAway = publish(20)
    await redis.start()
    await whileAway
    await everybodyHas(270)
    for (const client of clients) expect(dataOf(client)).toEqual(all())

    await redis.kill()
    await redis.start({ forget: true })
    await everybodyHas(271)
    for (const { events } of clients) expect(events[270]).toMatchObject({ type: 'reset' })
    await publish(10)
    await everybodyHas(281)
    for (const client of clients) expect(dataOf(client).slice(271)).toEqual(all().slice(270))
  },
)
