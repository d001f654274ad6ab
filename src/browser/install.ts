/** Installs a browser where there is none, and says each step: `--install-browser`. */
import { SseCoordError } from '../error.js'
import { installWithApt } from './apt.js'
import { type DownloadLimits, defaultLimits, downloadChrome, hasDownload } from './download.js'
import { type FoundBrowser, findBrowser, findVariable } from './find.js'
import { aptPackage, installLine } from './install-line.js'
import { loadPuppeteer } from './puppeteer.js'
import { type Run, run as runProgram } from './run.js'
import { explainStart } from './start-error.js'
import { describeSystem, findOnPath, type System } from './system.js'

export interface InstallOptions extends Partial<System> {
  /** Gets each step, as a sentence. */
  onNote: (line: string) => void
  /** Calls it off; what runs is killed, and what is half-done removed. */
  signal?: AbortSignal
  /** Default: 20 s of silence while downloading, 3 minutes to unpack. */
  limits?: DownloadLimits
  /** Runs programs. Default: really. */
  run?: Run
}

/**
 * Chrome for Testing through puppeteer's own downloader where that works, else the distribution's Chromium through
 * apt-get on Debian and its relatives as root. Installs nothing when there is a browser.
 *
 * @throws SseCoordError `install-failed` with all reasons, and what to type as `hint`; `browser-not-found` when a variable
 * names a browser that does not exist, which no installation would cure, or when puppeteer-core is missing. Rejects with
 * `signal.reason` when that aborts.
 */
export async function installBrowser(options: InstallOptions): Promise<FoundBrowser> {
  const { onNote, signal, limits = defaultLimits, run = runProgram, ...changes } = options
  const system = describeSystem(changes)
  signal?.throwIfAborted()

  const present = await look(system)
  if (present) {
    onNote(`${present.name} is already here (${present.source}): ${present.executablePath}`)
    return present
  }

  await loadPuppeteer() // Without it no browser is of use.
  const reasons: string[] = []
  const steps = [
    () => download(system, { onNote, limits, run, ...(signal && { signal }) }),
    () => apt(system, { onNote, run, ...(signal && { signal }) }),
  ]
  for (const step of steps) {
    try {
      const found = await step()
      onNote(`Installed ${found.name}: ${found.executablePath}`)
      return found
    } catch (error) {
      signal?.throwIfAborted()
      const reason = error instanceof Error ? error.message : String(error)
      reasons.push(reason)
      onNote(`That did not work: ${reason}.`)
    }
  }
  throw new SseCoordError('install-failed', `No browser could be installed: ${reasons.join('; ')}.`, {
    hint: installLine(system) ?? 'Install Chrome or Chromium with your package manager.',
  })
}

/** The browser that is there; undefined when there is none, and none was named. */
async function look(system: System): Promise<FoundBrowser | undefined> {
  try {
    return await findBrowser(system)
  } catch (error) {
    if (error instanceof SseCoordError && error.code === 'browser-not-found' && !findVariable(system)) return undefined
    throw error
  }
}

interface StepOptions {
  onNote: (line: string) => void
  run: Run
  signal?: AbortSignal
}

async function download(system: System, options: StepOptions & { limits: DownloadLimits }): Promise<FoundBrowser> {
  if (!hasDownload(system)) throw new Error('there is no Chrome for Testing for this machine')
  const { executablePath, remove } = await downloadChrome(system, options).catch((error: unknown) => {
    throw options.signal?.aborted || error instanceof SseCoordError
      ? error
      : new Error(`Chrome for Testing could not be downloaded (${(error as Error).message})`, { cause: error })
  })
  const found: FoundBrowser = {
    engine: 'chromium',
    name: 'Chrome',
    executablePath,
    source: 'downloaded just now',
    isShell: false,
  }
  if (system.platform !== 'linux') return found
  // It comes without the system libraries that it needs, and a fresh server has none of them.
  const { run, signal } = options
  try {
    const { code, output } = await run(executablePath, ['--version'], {
      env: system.env,
      timeoutMs: 20_000,
      ...(signal && { signal }),
    })
    if (code === 0) return found
    throw new Error(explainStart(found, output, `it ended with code ${code}`).message.replace(/\.$/, ''))
  } catch (error) {
    await remove()
    throw error
  }
}

async function apt(system: System, options: StepOptions): Promise<FoundBrowser> {
  const name = aptPackage(system)
  if (name === undefined || !findOnPath(system, 'apt-get')) throw new Error('this system has no apt-get')
  if (!system.isRoot) throw new Error('apt-get needs root')
  await installWithApt(system, name, options)
  const found = await look(system)
  if (!found) throw new Error(`apt-get installed ${name}, but no browser came with it`)
  return found
}
