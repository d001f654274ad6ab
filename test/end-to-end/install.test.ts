import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../support/needs.js'
import { runCli } from '../support/run-cli.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-install-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let tarball: string
beforeAll(() => {
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: 'pipe' })
  tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
})

/** An empty folder with the tarball installed, as somebody who uses the package has it. */
function install(name: string, ...flags: string[]): string {
  const place = path.join(folder, name)
  mkdirSync(place)
  writeFileSync(path.join(place, 'package.json'), '{"private":true,"type":"module"}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...flags, tarball], { cwd: place, stdio: 'pipe' })
  return place
}

/** What the compiler says of a file beside what is installed; it looks into the types of packages as well. */
function compile(place: string, file: string, source: string, resolution: 'nodenext' | 'bundler'): string {
  writeFileSync(path.join(place, file), source)
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    module: resolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution: resolution,
    target: 'es2022',
    lib: ['es2023', 'dom'],
    typeRoots: [path.join(root, 'node_modules', '@types')],
    types: ['node'],
  }
  writeFileSync(path.join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  return spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: place, encoding: 'utf8' }).stdout
}

const installedBin = (place: string) => path.join(place, 'node_modules', 'sse-coord', 'bin', 'sse-coord.js')

test('the tarball holds what runs and its pages, and neither sources nor tests', () => {
  const files = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  for (const file of ['bin/sse-coord.js', 'dist/index.js', 'dist/coordinator.global.js', 'docs/checks/tabs-stall.md']) {
    expect(files).toContain(`package/${file}`)
  }
  expect(files.filter((file) => /^package\/(src|test|bench|fixtures|scripts)\//.test(file))).toEqual([])
})

describe.runIf(needs('chromium'))('installed in an empty folder', () => {
  test('npx sse-coord doctor runs the experiment', async () => {
    const place = install('whole')
    const npx = spawnSync('npx', ['sse-coord', '--version'], { cwd: place, encoding: 'utf8' })
    expect(npx.stdout.trim()).toMatch(/^\d+\.\d+\.\d+/)
    const run = runCli(['doctor', '--only', 'tabs', '-r', 'json'], {}, installedBin(place))
    expect(await run.exited, run.stderr()).toBe(0)
    expect(run.report().experiments.stall).toMatchObject({
      native: { streamsOpen: 6, streamsWaiting: 2 },
      coordinator: { streamsOpen: 1, tabsReceiving: 8 },
    })
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})

describe('installed without optional dependencies', () => {
  let place: string
  beforeAll(() => {
    place = install('bare', '--omit=optional')
  })

  test('doctor says what to install, and exits with 2', async () => {
    const run = runCli(['doctor'], {}, installedBin(place))
    expect(await run.exited).toBe(2)
    expect(run.stderr()).toContain('npm i')
    expect(run.stderr()).toContain('puppeteer-core')
    expect(run.stderr()).not.toMatch(/\n\s+at /)
    run.leftBehind()
  })

  test('everything without a browser works', () => {
    const script = `
      import { createRequire } from 'node:module'
      import { createMock, createProxy } from 'sse-coord'
      import { createChannel } from 'sse-coord/server'
      import { SSECoordinator, SharedEventSource } from 'sse-coord/coordinator'
      const mock = await createMock({ everyMs: 20 })
      const proxy = await createProxy({ target: mock.url })
      const response = await fetch(proxy.url + '/events')
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes('data:')) text += (await reader.read()).value
      console.log(response.headers.get('content-type'), proxy.ledger.snapshot().origins[0].streaming)
      console.log(typeof createChannel, typeof SSECoordinator, typeof SharedEventSource)
      const slow = /\\b(jiti|selfsigned|puppeteer-core)\\b/
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((file) => slow.test(file)))
      await reader.cancel()
      await proxy.close()
      await mock.close()
    `
    writeFileSync(path.join(place, 'use.js'), script)
    const { stdout, stderr, status } = spawnSync(process.execPath, ['use.js'], {
      cwd: place,
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^text\/event-stream.* 1\nfunction function function\n\[\]\n$/)
    expect(status).toBe(0)
  })

  test('an application in TypeScript widens what sessions and channels know, and compiles', () => {
    const source = `
      import { createServer } from 'node:http'
      import { createChannel, createResponse, createSession, type Session } from 'sse-coord/server'
      declare module 'sse-coord/server' {
        interface DefaultSessionState { user: string }
        interface DefaultChannelState { room: number }
      }
      const channel = createChannel({ state: { room: 1 } })
      const admins = createChannel<{ topic: string }, { role: 'admin' | 'user' }>({ state: { topic: 'x' } })
      createServer(async (request, response) => {
        const session: Session = createSession(request, response, { state: { user: 'ada' } })
        const words: string = session.state.user + channel.state.room.toFixed()
        channel.register(session).broadcast(words, 'x', { filter: ({ state }) => state.user === 'ada' })
        await session.batch((buffer) => buffer.push(1).comment('x'))
        admins.register(createSession<{ role: 'admin' | 'user' }>(request, response, { state: { role: 'admin' } }))
        // @ts-expect-error it is a string
        session.state.user satisfies number
      })
      export const GET = (request: Request): Response => createResponse(request, (session) => void channel.register(session))
    `
    expect(compile(place, 'app.ts', source, 'nodenext')).toBe('')
  })

  test.each(['nodenext', 'bundler'] as const)('all types hold with module resolution %s', (resolution) => {
    const source = `
      import { countStreams, defineConfig, diagnose, type SetupPage, type StreamRun } from 'sse-coord'
      import { SharedEventSource } from 'sse-coord/coordinator'
      import { SharedEventSource as Native } from 'sse-coord/coordinator/native'
      import { sharedWorker } from 'sse-coord/coordinator/shared-worker'
      import { createChannel } from 'sse-coord/server'
      async function signIn(page: SetupPage) {
        await page.type('#user', 'ada')
        // @ts-expect-error there is no such method
        await page.sing()
      }
      export default defineConfig({ pages: [{ url: '/', setup: signIn }] })
      export const run: StreamRun = await countStreams({ url: '/', setup: (page) => page.evaluate((x) => x, 'a') })
      export const { findings } = await diagnose({ urls: ['/'], app: { url: '/', setup: signIn } })
      export const sources = [new SharedEventSource('/', { strategy: sharedWorker({ url: '/' }) }), new Native('/')]
      export const channel = createChannel()
    `
    expect(compile(place, `types-${resolution}.ts`, source, resolution)).toBe('')
  })
})
