/** Small apps that import the package by its name, built by each bundler as people build theirs, in a real Chromium. */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build as buildByEsbuild } from 'esbuild'
import type { Browser, Page } from 'puppeteer-core'
import { build as buildByVite } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import webpack from 'webpack'
import { type StreamServer, startStreamServer } from '../coordinator/stream-server.js'
import { needs } from '../support/needs.js'
import { launchChromium, until } from './coordinator-tabs.js'

declare global {
  /** How many channels the page has opened: one for each time that a face of the coordinator joined. */
  var channels: number
}

/** A folder outside of the repository, where `sse-coord` and React are installed and the apps lie. */
let folder: string
let browser: Browser | undefined
let server: StreamServer | undefined
const pages: Page[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sse-coord-apps-'))
  await cp('fixtures/apps', folder, { recursive: true })
  await mkdir(path.join(folder, 'node_modules'))
  const link = (target: string, name: string) =>
    symlink(path.resolve(target), path.join(folder, 'node_modules', name), 'junction')
  await link('.', 'sse-coord')
  await link('node_modules/react', 'react')
  await link('node_modules/react-dom', 'react-dom')
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close()
  await server?.close()
})

const html = '<!doctype html><div id="root"></div><script type="module" src="/main.js"></script>'
type Files = Record<string, string>

const builders: Record<string, (app: string, entry: string) => Promise<Files>> = {
  async esbuild(app, entry) {
    const { outputFiles } = await buildByEsbuild({
      entryPoints: [path.join(app, entry)],
      bundle: true,
      minify: true,
      format: 'esm',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"development"' },
      write: false,
      logLevel: 'silent',
    })
    return { '/index.html': html, '/main.js': outputFiles[0]?.text ?? '' }
  },
  async Vite(app) {
    const outDir = path.join(app, 'dist-vite')
    // React leaves the second mount of StrictMode out of its production build.
    await buildByVite({
      root: app,
      configFile: false,
      logLevel: 'silent',
      mode: 'development',
      esbuild: { jsx: 'automatic' },
      define: { 'process.env.NODE_ENV': '"development"' },
      build: { outDir },
    })
    return readFolder(outDir)
  },
  async webpack(app, entry) {
    const outDir = path.join(app, 'dist-webpack')
    await new Promise<void>((resolve, reject) => {
      webpack(
        { mode: 'production', context: app, entry: `./${entry}`, output: { path: outDir, filename: 'main.js' } },
        (error, stats) => {
          const fault = error ?? (stats?.hasErrors() ? new Error(stats.toString()) : undefined)
          if (fault) reject(fault)
          else resolve()
        },
      )
    })
    return { ...(await readFolder(outDir)), '/index.html': html }
  },
}

async function readFolder(folder: string): Promise<Files> {
  const files: Files = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    files[`/${path.relative(folder, file).split(path.sep).join('/')}`] = await readFile(file, 'utf8')
  }
  return files
}

async function openTwo(files: Files): Promise<StreamServer> {
  server = await startStreamServer({ everyMs: 0 }, files)
  browser ??= await launchChromium()
  for (let count = 0; count < 2; count++) {
    const page = await browser.newPage()
    pages.push(page)
    await page.evaluateOnNewDocument(() => {
      const Channel = BroadcastChannel
      globalThis.channels = 0
      globalThis.BroadcastChannel = class extends Channel {
        constructor(name: string) {
          super(name)
          globalThis.channels++
        }
      }
    })
    await page.goto(`${server.url}/index.html`)
  }
  await until(() => server?.open === 1, 'the stream is open')
  return server
}

describe.runIf(needs('chromium'))('an app built by', () => {
  test.each(Object.keys(builders))('%s shares one stream among its tabs', async (name) => {
    const files = await builders[name]?.(path.join(folder, 'coordinator-bundled'), 'main.js')
    const { send, requests } = await openTwo(files ?? {})
    // A tab that has just come may not follow yet.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    send()
    for (const page of pages) {
      await until(async () => (await page.evaluate('heard.length')) === 2, 'both faces have heard')
      expect(await page.evaluate('heard')).toEqual([
        ['1', 1],
        ['1', 1],
      ])
    }
    expect(requests).toHaveLength(1)
  })

  test.each(['esbuild', 'Vite'])('%s with React in StrictMode shares one stream too', async (name) => {
    const files = await builders[name]?.(path.join(folder, 'coordinator-react'), 'main.jsx')
    const { send } = await openTwo(files ?? {})
    await new Promise((resolve) => setTimeout(resolve, 1500))
    send()
    send()
    for (const page of pages) {
      expect(await page.evaluate('channels')).toBe(4)
      for (const id of ['source', 'coordinator']) {
        const text = () => page.evaluate((id) => document.getElementById(id)?.textContent, id)
        await until(async () => (await text())?.includes('2') === true, `${id} shows the second event`)
        expect(await text()).toBe('1 2')
      }
    }
    expect(server?.open).toBe(1)
    expect(server?.mostOpen).toBe(1)
  })
})

test('React renders on a server what uses the coordinator in an effect', async () => {
  const outfile = path.join(folder, 'coordinator-react', 'server.mjs')
  await buildByEsbuild({
    entryPoints: [path.join(folder, 'coordinator-react', 'server.jsx')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    // As frameworks do: what is installed is imported by Node itself.
    packages: 'external',
    logLevel: 'silent',
  })
  const out = execFileSync(process.execPath, [outfile], { timeout: 60_000 }).toString()
  expect(out.trim()).toBe('<p id="source"></p><p id="coordinator"></p>')
})
