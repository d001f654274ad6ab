/**
 * Finds a browser to drive. What the user names comes first, then Chrome where its installer puts it, what is on PATH,
 * other browsers' standard places, what puppeteer has downloaded, and last the builds without windows.
 */
import { SseCoordError } from '../error.js'
import { findDownload } from './caches.js'
import { installLine } from './install-line.js'
import {
  type BrowserFamily,
  type Channel,
  familyNames,
  pathNames,
  programInApplication,
  snapPlace,
  standardPlaces,
} from './places.js'
import { findSparticuz } from './sparticuz.js'
import { describeSystem, findOnPath, isProgram, pathsOf, readVariable, type System } from './system.js'

/** A browser that is there and has not been started. */
export interface FoundBrowser {
  engine: 'chromium' | 'firefox'
  /** `Chrome`, `Chromium`, `Edge`, `Brave`, `Firefox` or `Chrome headless shell`. */
  name: string
  executablePath: string
  /** How it was found, in words that follow “found”: “on PATH”, “named by CHROME_PATH”. */
  source: string
  /** A headless_shell build: every tab says that it is visible, so nothing can be learned of hidden tabs. */
  isShell: boolean
}

export interface FindOptions extends Partial<System> {
  /**
   * `chrome`, `chromium`, `edge`, `firefox`, a path, or the name of a program on PATH. Default: the first of the
   * variables `SSE_COORD_BROWSER` (name or path), `PUPPETEER_EXECUTABLE_PATH` and `CHROME_PATH` (paths) that is set, else
   * whatever is there. Firefox is only taken when it is named.
   */
  browser?: string
  /** Gives the path of `@sparticuz/chromium`'s browser. Default: that package's own answer, where it is installed. */
  sparticuz?: () => Promise<string | undefined>
}

/**
 * @throws SseCoordError `browser-not-found`: what was named does not exist, or nothing was found. `hint` says how to
 * install one.
 */
export async function findBrowser(options: FindOptions = {}): Promise<FoundBrowser> {
  const { browser, sparticuz = findSparticuz, ...changes } = options
  const system = describeSystem(changes)
  if (browser !== undefined) return findNamed(system, browser, 'named by --browser', '--browser')
  const name = findVariable(system)
  if (name !== undefined) return findNamed(system, readVariable(system, name) ?? '', `named by ${name}`, name)
  const found = findAny(system) ?? (await findShell(system, sparticuz))
  if (found) return found
  throw new SseCoordError('browser-not-found', 'No browser found on this machine.', { hint: howToGetOne(system) })
}

/** The variable that names a browser, if one is set. */
export function findVariable(system: System): string | undefined {
  return ['SSE_COORD_BROWSER', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'].find((name) => readVariable(system, name))
}

function isFamily(value: string): value is BrowserFamily {
  return Object.hasOwn(familyNames, value)
}

function findNamed(system: System, value: string, source: string, where: string): FoundBrowser {
  const family = value.toLowerCase()
  if (isFamily(family)) {
    const found = findFamily(system, family)
    if (found) return { ...found, source: `${source}, ${found.source}` }
    throw notFound(system, `${where} asks for ${familyNames[family]}, which was not found on this machine.`)
  }
  const paths = pathsOf(system)
  if (!/[\\/]/.test(value) && !system.disk.isFile(value)) {
    const file = findOnPath(system, value)
    if (file) return describe(system, file, `${source}, on PATH`)
    throw notFound(
      system,
      `${where} asks for “${value}”: not one of chrome, chromium, edge, firefox, and no program or file of that name.`,
    )
  }
  const file = programOf(system, value)
  if (!system.disk.isFile(file)) throw notFound(system, `${where} names ${value}, which does not exist.`)
  if (!isProgram(system, file)) throw notFound(system, `${where} names ${value}, which is not a program.`)
  return describe(system, paths.isAbsolute(file) ? file : paths.resolve(file), source)
}

/** The program inside an application folder of macOS; any other path as it is. */
function programOf(system: System, value: string): string {
  return system.platform === 'darwin' && /\.app\/?$/.test(value) ? programInApplication(system, value) : value
}

function findFamily(system: System, family: BrowserFamily): FoundBrowser | undefined {
  return (
    findStandard(system, family, 'stable') ??
    findFamilyOnPath(system, family) ??
    findStandard(system, family, 'early') ??
    findDownloaded(system, family)
  )
}

function findStandard(system: System, family: BrowserFamily, channel: Channel): FoundBrowser | undefined {
  const file = standardPlaces(system, family, channel).find((candidate) => isProgram(system, candidate))
  return file === undefined ? undefined : describe(system, file, 'at its standard place', familyNames[family])
}

function findFamilyOnPath(system: System, family: BrowserFamily): FoundBrowser | undefined {
  for (const program of pathNames[family]) {
    const file = findOnPath(system, program)
    if (file) return describe(system, file, 'on PATH', familyNames[family])
  }
  const snap = snapPlace(system, family)
  return snap && isProgram(system, snap) ? describe(system, snap, 'as a snap', familyNames[family]) : undefined
}

/** Chrome for Testing and Playwright's Chromium serve who asks for Chrome or for Chromium. */
function findDownloaded(system: System, family: BrowserFamily): FoundBrowser | undefined {
  if (family === 'edge' || family === 'brave') return undefined
  const found = findDownload(system, family === 'firefox' ? 'firefox' : 'chrome')
  return found && describe(system, found.file, found.source)
}

function findAny(system: System): FoundBrowser | undefined {
  const families: BrowserFamily[] = ['chromium', 'chrome', 'edge', 'brave']
  return (
    findStandard(system, 'chrome', 'stable') ??
    firstOf(families, (family) => findFamilyOnPath(system, family)) ??
    firstOf(families, (family) => findStandard(system, family, 'stable')) ??
    firstOf(families, (family) => findStandard(system, family, 'early')) ??
    findDownloaded(system, 'chrome')
  )
}

function firstOf<Item, Result>(items: Item[], look: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const result = look(item)
    if (result !== undefined) return result
  }
  return undefined
}

async function findShell(
  system: System,
  sparticuz: () => Promise<string | undefined>,
): Promise<FoundBrowser | undefined> {
  for (const name of ['chromium-headless-shell', 'chrome-headless-shell', 'headless_shell']) {
    const file = findOnPath(system, name)
    if (file) return describe(system, file, 'on PATH')
  }
  const cached = findDownload(system, 'shell')
  if (cached) return describe(system, cached.file, cached.source)
  const file = system.platform === 'linux' ? await sparticuz() : undefined
  if (file === undefined) return undefined
  return { ...describe(system, file, 'in @sparticuz/chromium'), name: 'Chrome headless shell', isShell: true }
}

/** Words in a file's name that tell which browser it is; the first that fits wins. */
const tellTales: [pattern: RegExp, name: string][] = [
  [/headless[-_]shell/i, 'Chrome headless shell'],
  [/firefox/i, 'Firefox'],
  [/edge/i, 'Edge'],
  [/brave/i, 'Brave'],
  [/chromium/i, 'Chromium'],
  [/chrome/i, 'Chrome'],
]

function describe(system: System, executablePath: string, source: string, name?: string): FoundBrowser {
  const file = pathsOf(system).basename(executablePath)
  const told = tellTales.find(([pattern]) => pattern.test(file))?.[1] ?? 'Chromium'
  return {
    engine: told === 'Firefox' || name === 'Firefox' ? 'firefox' : 'chromium',
    name: name ?? told,
    executablePath,
    source,
    isShell: told === 'Chrome headless shell',
  }
}

function notFound(system: System, message: string): SseCoordError {
  const line = installLine(system)
  const hint = 'Leave the choice to sse-coord, or give the path of a browser.'
  return new SseCoordError('browser-not-found', message, {
    hint: line ? `${hint} To install Chrome or Chromium: ${line}` : hint,
  })
}

function howToGetOne(system: System): string {
  const line = installLine(system) ?? 'install Chrome or Chromium with your package manager'
  return [line, 'or let sse-coord install one: --install-browser', 'or name one: --browser PATH'].join('\n')
}
