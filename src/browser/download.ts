/**
 * Downloads Chrome for Testing into puppeteer's cache, as `npx puppeteer browsers install chrome` does, with what that
 * lacks: limits of time, a stop, and nothing half-done left behind.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { renamePatiently } from '../config/rename-patiently.js'
import { locateBrowsersPackage, readPinnedChrome } from './browsers-package.js'
import { puppeteerCache } from './caches.js'
import { readVariable, type System } from './system.js'

export interface DownloadLimits {
  /** How long nothing may arrive: before the first byte, or between two. */
  silenceMs: number
  /** How long unpacking may take. */
  unpackMs: number
}

export const defaultLimits: DownloadLimits = { silenceMs: 20_000, unpackMs: 180_000 }

export interface DownloadOptions {
  onNote: (line: string) => void
  signal?: AbortSignal
  limits: DownloadLimits
}

/** The browser that was downloaded. */
export interface Download {
  executablePath: string
  /** Takes it away again. */
  remove(): Promise<void>
}

/** What the thread says while it works. */
type Message = { bytes: number; total: number } | { file: string } | { error: string }

/**
 * A thread of its own: the download cannot be called off, but a thread can be ended, and its sockets with it. Its text is
 * CommonJS, since that is what `eval` takes.
 */
const threadText = `
const { parentPort, workerData } = require('node:worker_threads')
let lastMs = 0
const downloadProgressCallback = (bytes, total) => {
  if (bytes < total && Date.now() - lastMs < 100) return
  lastMs = Date.now()
  parentPort.postMessage({ bytes, total })
}
import(workerData.module)
  .then(({ install }) => install({ ...workerData.options, downloadProgressCallback }))
  .then(({ executablePath }) => parentPort.postMessage({ file: executablePath }))
  .catch((error) => parentPort.postMessage({ error: String(error.message ?? error) }))
`

/** Whether there is a Chrome for Testing for this machine: there is none for Linux on ARM. */
export function hasDownload(system: System, arch: NodeJS.Architecture = process.arch): boolean {
  return system.platform === 'linux' ? arch === 'x64' : system.platform === 'darwin' || system.platform === 'win32'
}

/** Rejects with the reason in words, or with `signal.reason`; nothing is left behind then. */
export async function downloadChrome(system: System, { onNote, signal, limits }: DownloadOptions): Promise<Download> {
  signal?.throwIfAborted()
  const module = await locateBrowsersPackage()
  const version = /^\d+(\.\d+){3}$/.exec(readVariable(system, 'PUPPETEER_CHROME_VERSION') ?? '')?.[0]
  const buildId = version ?? (await readPinnedChrome())
  const baseUrl =
    readVariable(system, 'PUPPETEER_CHROME_DOWNLOAD_BASE_URL') ?? readVariable(system, 'PUPPETEER_DOWNLOAD_BASE_URL')
  onNote(`Downloading Chrome for Testing ${buildId}${baseUrl ? ` from ${baseUrl}` : ''}.`)

  const cache = puppeteerCache(system)
  await mkdir(cache, { recursive: true })
  // Made aside and then moved, so that nobody finds half a browser.
  const aside = await mkdtemp(path.join(cache, '.sse-coord-'))
  try {
    const options = { browser: 'chrome', buildId, cacheDir: aside, ...(baseUrl ? { baseUrl } : {}) }
    const file = await runThread({ module, options }, system.env, { onNote, limits, ...(signal && { signal }) })
    const [folder = '', ...rest] = path.relative(path.join(aside, 'chrome'), file).split(path.sep)
    const home = path.join(cache, 'chrome', folder)
    if (!existsSync(file)) throw new Error('the archive holds no browser')
    await mkdir(path.dirname(home), { recursive: true })
    await rm(home, { recursive: true, force: true }) // It holds no browser that works, else that would have been found.
    await renamePatiently(path.join(aside, 'chrome', folder), home)
    return {
      executablePath: path.join(home, ...rest),
      remove: () => rm(home, { recursive: true, force: true }),
    }
  } finally {
    // Where somebody has it open still it stays: nobody takes it for a browser.
    await rm(aside, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
  }
}

async function runThread(
  workerData: { module: string; options: unknown },
  env: NodeJS.ProcessEnv,
  { onNote, signal, limits }: DownloadOptions,
): Promise<string> {
  const worker = new Worker(threadText, { eval: true, workerData, env })
  let limit: NodeJS.Timeout | undefined
  let onAbort = () => {}
  try {
    return await new Promise<string>((resolve, reject) => {
      const wait = (ms: number, what: string) => {
        clearTimeout(limit)
        limit = setTimeout(() => reject(new Error(`${what} for ${ms / 1000} s`)), ms)
      }
      wait(limits.silenceMs, 'nothing arrived')
      let quarter = 0
      worker.on('message', (message: Message) => {
        if ('file' in message) return resolve(message.file)
        if ('error' in message) return reject(new Error(shorten(message.error)))
        if (message.bytes === message.total) wait(limits.unpackMs, 'unpacking did not end')
        else wait(limits.silenceMs, 'nothing arrived')
        const now = Math.floor((4 * message.bytes) / message.total)
        if (now > quarter) onNote(`${now * 25} % of ${Math.ceil(message.total / 1e6)} MB`)
        quarter = Math.max(quarter, now)
      })
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the download ended early')))
      onAbort = () => reject(signal?.reason)
      signal?.addEventListener('abort', onAbort)
      if (signal?.aborted) onAbort()
    })
  } finally {
    clearTimeout(limit)
    signal?.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}

/** The package wraps its reason into several lines; the last one has it. */
function shorten(error: string): string {
  return (error.trim().split('\n').at(-1) ?? error).replace(/^\s*- DefaultProvider:\s*/, '').trim()
}
