/** The examples of docs/coordinator.md, run as they stand in a real browser, with the package as it is packed. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import webpack from 'webpack'
import { createChannel, createSession, encodeBinary } from '../../src/server/index.js'
import { launchChromium } from '../browser/coordinator-tabs.js'
import { serve } from '../server/support/serve.js'
import { until } from '../server/support/until.js'
import { needs } from '../support/needs.js'
import { readExamples } from './support/doc-blocks.js'
import { createPackedFolder } from './support/packed-folder.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = readExamples(path.join(root, 'docs/coordinator.md'))
const used = new Set<string>()
let folder: string

beforeAll(() => {
  const packed = createPackedFolder(['esbuild', 'vite', 'vitest', 'react', 'react-dom'], ['--omit=optional'])
  folder = packed.path
  return packed.remove
}, 300_000)

/** The one example that says all of this. */
function example(...words: string[]): string {
  const found = examples.filter(({ code }) => words.every((word) => code.includes(word)))
  expect(found, `examples with “${words.join('”, “')}”`).toHaveLength(1)
  used.add(found[0]?.code ?? '')
  return found[0]?.code ?? ''
}

/** What a page loads, by its path. */
type Files = Record<string, string>

const page = (script = '<script type="module" src="/main.js"></script>') =>
  `<!doctype html><link rel="icon" href="data:,"><div id="root"></div>${script}`
const dist = (name: string) => readFileSync(path.join(folder, 'node_modules/sse-coord/dist', name), 'utf8')

/** A module as a bundler makes it of what stands in the folder. */
async function bundle(code: string, format: 'esm' | 'cjs' = 'esm', external: string[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder, loader: 'jsx' },
    bundle: true,
    write: false,
    format,
    platform: format === 'esm' ? 'browser' : 'node',
    jsx: 'automatic',
    external,
    define: { 'process.env.NODE_ENV': '"development"' },
  })
  return outputFiles[0]?.text ?? ''
}

test('React renders on a server what opens its stream in an effect', async () => {
  writeFileSync(path.join(folder, 'news.jsx'), await newsModule())
  const server = example('renderToString')
    .replace('renderToString(<', 'console.log(renderToString(<')
    .replace(/\/>\)/, '/>))')
  writeFileSync(path.join(folder, 'server.cjs'), await bundle(server, 'cjs', ['react', 'react-dom']))
  const out = execFileSync(process.execPath, ['server.cjs'], { cwd: folder, timeout: 20_000, encoding: 'utf8' })
  expect(out).toBe('<p></p>\n')
})

test('a test of an app has a stand-in', () => {
  writeFileSync(
    path.join(folder, 'news.js'),
    `import { SharedEventSource } from 'sse-coord/coordinator'
    export function followNews(show) {
      const source = new SharedEventSource('/events')
      source.onmessage = ({ data }) => show(JSON.parse(data).title)
    }`,
  )
  writeFileSync(path.join(folder, 'news.test.js'), example('// news.test.js'))
  const vitest = path.join(folder, 'node_modules/vitest/vitest.mjs')
  const out = execFileSync(process.execPath, [vitest, 'run', 'news.test.js', '--root', folder], { encoding: 'utf8' })
  expect(out).toMatch(/1 passed/)
})

const newsModule = async () => `
  import { useEffect, useState } from 'react'
  import { SharedEventSource } from 'sse-coord/coordinator'
  export ${example('function News()')}`

describe.runIf(needs('chromium'))('in two tabs', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  /** Two tabs with these files, and the stream that they are to share. */
  async function open(files: Files, accepts: (request: IncomingMessage) => boolean = () => true) {
    const channel = createChannel({ history: { size: 100 } })
    const requests: IncomingMessage[] = []
    const { url } = await serve((request, response) => {
      const pathname = new URL(request.url ?? '/', 'http://localhost').pathname
      if (pathname !== '/events') {
        const file = files[pathname]
        response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/html')
        response.writeHead(file === undefined ? 404 : 200).end(file)
        return
      }
      requests.push(request)
      if (accepts(request)) channel.register(createSession(request, response, { retry: 100 }))
      else response.writeHead(401).end()
    })
    const context = await browser.createBrowserContext()
    onTestFinished(() => context.close())
    const tabs = [await context.newPage(), await context.newPage()]
    for (const tab of tabs) {
      await tab.evaluateOnNewDocument(`
        logged = []
        console.log = (...words) => logged.push(words.map((word) => ArrayBuffer.isView(word) ? [...word] : word))`)
      await tab.goto(url)
    }
    return { tabs, channel, requests }
  }

  const logOf = (tab: Page) => tab.evaluate('logged') as Promise<unknown[][]>

  /** Sends until each tab has got something, and answers what the last event was in each. */
  async function heard({ tabs, channel }: Awaited<ReturnType<typeof open>>, event: unknown, name?: string) {
    await until(() => channel.sessionCount === 1)
    const counts = async () => Promise.all(tabs.map(async (tab) => (await logOf(tab)).length))
    await until(async () => {
      channel.broadcast(event, name)
      await new Promise((resolve) => setTimeout(resolve, 50))
      return (await counts()).every((count) => count > 0)
    })
    expect(channel.sessionCount).toBe(1)
    return Promise.all(tabs.map(async (tab) => (await logOf(tab)).at(-1)))
  }

  const news = { title: 'first' }
  const id = expect.stringMatching(/./)

  test('SharedEventSource, as on top of the page', async () => {
    const opened = await open({ '/': page(), '/main.js': await bundle(example('console.log(event.lastEventId')) })
    expect(await heard(opened, news)).toEqual([1, 2].map(() => [id, JSON.stringify(news)]))
    expect(opened.requests).toHaveLength(1)
  })

  const say = '.onmessage = (event) => console.log(event.lastEventId, event.data)'

  test('the script tag takes the place of EventSource', async () => {
    const tag = examples.find(({ code }) => code === '<script src="/coordinator.global.js"></script>\n')?.code ?? ''
    used.add(tag)
    const html = page(`${tag}<script>new EventSource('/events')${say}</script>`)
    const opened = await open({ '/': html, '/coordinator.global.js': dist('coordinator.global.js') })
    expect(await heard(opened, news)).toEqual([1, 2].map(() => [id, JSON.stringify(news)]))
    const names = `[EventSource === SharedEventSource, typeof SSECoordinator, new sseCoord.EventSource('x:').withCredentials]`
    expect(await opened.tabs[0]?.evaluate(names)).toEqual([true, 'function', false])
  })

  test('… and leaves it alone where it is told to', async () => {
    const html = page(`${example('data-replace="off"')}<script>source${say}</script>`)
    const opened = await open({ '/': html, '/coordinator.global.js': dist('coordinator.global.js') })
    expect(await heard(opened, news)).toEqual([1, 2].map(() => [id, JSON.stringify(news)]))
    expect(await opened.tabs[0]?.evaluate('EventSource === sseCoord.EventSource')).toBe(true)
  })

  describe('built by', () => {
    const commands = () => example('npx vite build').trim().split('\n')
    const app = () => {
      mkdirSync(path.join(folder, 'src'), { recursive: true })
      writeFileSync(path.join(folder, 'src/main.js'), example('// src/main.js'))
      writeFileSync(path.join(folder, 'index.html'), page('<script type="module" src="/src/main.js"></script>'))
    }
    /** The command as it stands, run with the package that npx would take. */
    function runNpx(command: string, bin: string): void {
      const [npx, , ...args] = command.split(' ')
      expect(npx).toBe('npx')
      const file = path.join(root, 'node_modules', bin)
      const isScript = readFileSync(file).subarray(0, 2).toString() === '#!'
      execFileSync(isScript ? process.execPath : file, isScript ? [file, ...args] : args, {
        cwd: folder,
        stdio: 'pipe',
      })
    }
    function built(): Files {
      const names = readdirSync(path.join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
      const scripts = names.filter((name) => name.endsWith('.js'))
      return Object.fromEntries(
        scripts.map((name) => [
          `/${name.split(path.sep).join('/')}`,
          readFileSync(path.join(folder, 'dist', name), 'utf8'),
        ]),
      )
    }
    const told = ['tick', { n: 1 }, id]

    test('Vite', async () => {
      app()
      runNpx(commands()[0] ?? '', 'vite/bin/vite.js')
      const html = readFileSync(path.join(folder, 'dist/index.html'), 'utf8')
      expect(await heard(await open({ ...built(), '/': html }), { n: 1 }, 'tick')).toEqual([told, told])
    })

    test('esbuild', async () => {
      app()
      runNpx(commands()[1] ?? '', 'esbuild/bin/esbuild')
      expect(await heard(await open({ ...built(), '/': page() }), { n: 1 }, 'tick')).toEqual([told, told])
    })

    test('webpack', async () => {
      app()
      const file = path.join(folder, 'webpack.config.js')
      writeFileSync(file, example('// webpack.config.js'))
      const { default: config } = await import(/* @vite-ignore */ pathToFileURL(file).href)
      const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
        webpack({ ...config, context: folder }, (error, stats) => (error ? reject(error) : resolve(stats))),
      )
      expect(stats?.toString('errors-warnings')).not.toContain('ERROR')
      expect(await heard(await open({ ...built(), '/': page() }), { n: 1 }, 'tick')).toEqual([told, told])
    })
  })

  test('React, also under StrictMode', async () => {
    const code = `${await newsModule()}
      import { StrictMode } from 'react'
      import { createRoot } from 'react-dom/client'
      createRoot(document.getElementById('root')).render(<StrictMode><News /></StrictMode>)`
    const opened = await open({ '/': page(), '/main.js': await bundle(code) })
    await until(() => opened.channel.sessionCount === 1)
    for (const tab of opened.tabs) {
      await until(async () => {
        opened.channel.broadcast(news)
        return (await tab.evaluate('document.querySelector("p")?.textContent')) === 'first'
      })
    }
    expect(opened.requests).toHaveLength(1)
  })

  test('a SharedWorker holds the connection', async () => {
    const code = `${example('sharedWorker({ url')}\nsource${say}`
    const files = {
      '/': page(),
      '/main.js': await bundle(code),
      '/coordinator.worker.js': dist('coordinator.worker.js'),
    }
    const opened = await open(files)
    expect(await heard(opened, news)).toEqual([1, 2].map(() => [id, JSON.stringify(news)]))
    await until(async () => browser.targets().some((target) => target.type() === 'shared_worker'))
  })

  test('the smallest form tells the server in the URL where to resume', async () => {
    const code = `${example('sse-coord/coordinator/native')}\nsource${say}`
    const opened = await open({ '/': page(), '/main.js': await bundle(code) })
    const [leader, follower] = opened.tabs
    const [[lastId] = []] = (await heard(opened, news)) as string[][]
    await leader?.close()
    await until(() => opened.requests.length === 2 && opened.channel.sessionCount === 1)
    expect(opened.requests[1]?.url).toBe(`/events?lastEventId=${encodeURIComponent(lastId ?? '')}`)
    opened.channel.broadcast({ title: 'second' })
    await until(async () => JSON.stringify(await logOf(follower as Page)).includes('second'))
  })

  test('headers are asked for anew after a 401, and a logout ends the stream in all tabs', async () => {
    const code = `import { SSECoordinator } from 'sse-coord/coordinator'
      const user = { id: 'ada' }
      const token = async ({ refresh }) => (refresh ? 'new' : 'old')
      ${example('scope: user.id')}
      globalThis.coordinator = coordinator
      coordinator.connect()`
    const opened = await open(
      { '/': page(), '/main.js': await bundle(code) },
      ({ headers }) => headers.authorization === 'Bearer new',
    )
    await until(() => opened.channel.sessionCount === 1)
    expect(opened.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new'])
    await opened.tabs[1]?.evaluate('coordinator.disconnect({ allTabs: true })')
    await until(() => opened.channel.sessionCount === 0)
  })

  test('bytes of the server kit become bytes again', async () => {
    const opened = await open({ '/': page(), '/main.js': await bundle(example('decodeBinary(data)')) })
    const bytes = Uint8Array.of(0, 127, 255)
    expect(await heard(opened, encodeBinary(bytes))).toEqual([[[...bytes]], [[...bytes]]])
  })
})

test.runIf(needs('chromium'))('no example was left out', () => {
  expect(examples.filter(({ code }) => !used.has(code))).toEqual([])
})
