import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { createParser } from 'eventsource-parser'
import { expect, onTestFinished, test } from 'vitest'
import { type Connections, createChannel, createMonitor, createSession } from '../../src/server/index.js'
import { serve } from '../server/support/serve.js'
import { until } from '../server/support/until.js'

interface CrowdFigures {
  opened: number
  seen: number
  open: number
}

function gather(port: number, count: number) {
  const child = fork(path.join(import.meta.dirname, 'support/crowd.mjs'), [String(port), String(count)])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const state = { figures: { opened: 0, seen: 0, open: 0 } as CrowdFigures, leave: () => child.send('leave') }
  child.on('message', (figures) => {
    state.figures = figures as CrowdFigures
  })
  return state
}

const resources = (name: string) => process.getActiveResourcesInfo().filter((each) => each === name).length

test('10,000 connections on one process: all get every broadcast, and when they drop nothing is left', async () => {
  const count = 10_000
  const channel = createChannel()
  const monitor = createMonitor()
  const { url } = await serve((incoming, response) => {
    channel.register(createSession(incoming, response))
  })
  const [sockets, timers] = [resources('TCPSocketWrap'), resources('Timeout')]
  const crowd = gather(Number(new URL(url).port), count)
  await until(() => channel.sessionCount === count && crowd.figures.opened === count, 120_000)
  for (let n = 1; n <= 3; n++) {
    channel.broadcast('~')
    await until(() => crowd.figures.seen === n * count, 60_000)
  }
  crowd.leave()
  await until(() => channel.sessionCount === 0 && monitor.connections().sessions === 0, 60_000)
  await until(() => resources('TCPSocketWrap') <= sockets && resources('Timeout') <= timers + 1, 20_000)
})

test('one stuck reader at 7 MB/s for 10 s: memory holds, the healthy one gets everything, the stuck one resumes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-flood-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const outfile = path.join(folder, 'app.cjs')
  const entry = path.join(import.meta.dirname, 'support/flood-app.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' })
  const app = fork(outfile)
  onTestFinished(() => {
    app.kill('SIGKILL')
  })
  let port = 0
  let figures: { seq: number; rss: number; connections: Connections } | undefined
  app.on('message', (message) => {
    if ('port' in (message as object)) ({ port } = message as { port: number })
    else figures = message as NonNullable<typeof figures>
  })
  await until(() => port > 0)

  const seen: number[] = []
  const outgoing = request({ port, host: '127.0.0.1', agent: false }, (incoming) => {
    const parser = createParser({ onEvent: ({ id }) => seen.push(Number(id)) })
    incoming.setEncoding('utf8').on('data', (chunk) => parser.feed(chunk))
    incoming.on('error', () => {})
  })
  outgoing.on('error', () => {})
  outgoing.end()
  onTestFinished(() => {
    outgoing.destroy()
  })
  /** The most memory that the server held during the next 10 s. */
  async function mostMemory(): Promise<number> {
    let most = 0
    const endMs = performance.now() + 10_000
    while (performance.now() < endMs) {
      most = Math.max(most, figures?.rss ?? 0)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return most
  }
  // A process that broadcasts this much first grows a heap for it, and what is garbage comes and goes.
  const alone = await mostMemory()
  const stuck = connect(port, '127.0.0.1', () => stuck.write('GET / HTTP/1.1\r\nHost: stuck\r\n\r\n'))
  stuck.pause()
  stuck.on('error', () => {})
  const joinedAt = figures?.seq ?? 0
  const withStuck = await mostMemory()
  console.log(
    `RSS alone up to ${(alone / 1e6).toFixed(1)} MB, with a stuck reader up to ${(withStuck / 1e6).toFixed(1)} MB`,
  )
  expect((withStuck - alone) / 1e6).toBeLessThan(20)
  expect(figures?.connections).toMatchObject({ sessions: 1, opened: 2, cutOff: 1 })
  expect(figures?.seq).toBeGreaterThan(joinedAt + 5000)
  await until(() => seen.length > 5000)
  expect(seen).toEqual(Array.from(seen, (_, n) => (seen[0] ?? 0) + n))

  const resumeFrom = (figures?.seq ?? 0) - 100
  const resumed: number[] = []
  const again = request(
    { port, host: '127.0.0.1', agent: false, headers: { 'Last-Event-ID': resumeFrom } },
    (incoming) => {
      const parser = createParser({ onEvent: ({ id }) => resumed.push(Number(id)) })
      incoming.setEncoding('utf8').on('data', (chunk) => parser.feed(chunk))
      incoming.on('error', () => {})
    },
  )
  again.on('error', () => {})
  again.end()
  onTestFinished(() => {
    again.destroy()
  })
  await until(() => resumed.length > 200)
  expect(resumed).toEqual(Array.from(resumed, (_, n) => resumeFrom + 1 + n))
})
