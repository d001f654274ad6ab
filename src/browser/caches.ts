/** Browsers that puppeteer and Playwright have downloaded for themselves: their folders and what lies in them. */
import { isProgram, pathsOf, readVariable, type System } from './system.js'

export type DownloadKind = 'chrome' | 'shell' | 'firefox'

/** A kind of download: puppeteer's folder name, Playwright's, and the program within, on any platform. */
interface Download {
  puppeteer: string
  playwright: string
  /** The first part is the start of a folder's name, the rest a path below it. */
  programs: [folder: string, file: string][]
}

const downloads: Record<DownloadKind, Download> = {
  chrome: {
    puppeteer: 'chrome',
    playwright: 'chromium-',
    programs: [
      ['chrome-', 'chrome'],
      ['chrome-', 'chrome.exe'],
      ['chrome-', 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'],
      ['chrome-', 'Chromium.app/Contents/MacOS/Chromium'],
    ],
  },
  shell: {
    puppeteer: 'chrome-headless-shell',
    playwright: 'chromium_headless_shell-',
    programs: [
      ['chrome-', 'chrome-headless-shell'],
      ['chrome-', 'chrome-headless-shell.exe'],
      ['chrome-', 'headless_shell'],
      ['chrome-', 'headless_shell.exe'],
    ],
  },
  firefox: {
    // Playwright's Firefox is a build of its own that speaks no WebDriver BiDi.
    puppeteer: 'firefox',
    playwright: '',
    programs: [
      ['firefox', 'firefox'],
      ['core', 'firefox.exe'],
      ['firefox', 'firefox.exe'],
      ['Firefox', 'Contents/MacOS/firefox'],
    ],
  },
}

/** Where puppeteer keeps its browsers: `PUPPETEER_CACHE_DIR`, else `.cache/puppeteer` in the home folder. */
export function puppeteerCache(system: System): string {
  return readVariable(system, 'PUPPETEER_CACHE_DIR') ?? pathsOf(system).join(system.home, '.cache', 'puppeteer')
}

function playwrightCache(system: System): string {
  const paths = pathsOf(system)
  const named = readVariable(system, 'PLAYWRIGHT_BROWSERS_PATH')
  if (named !== undefined && named !== '0') return named
  if (system.platform === 'darwin') return paths.join(system.home, 'Library', 'Caches', 'ms-playwright')
  if (system.platform === 'win32') {
    const local = readVariable(system, 'LOCALAPPDATA') ?? paths.join(system.home, 'AppData', 'Local')
    return paths.join(local, 'ms-playwright')
  }
  return paths.join(system.home, '.cache', 'ms-playwright')
}

/** Folder names, the newest version first: numbers are compared as numbers. */
function newestFirst(names: string[]): string[] {
  return names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

function programIn(system: System, version: string, download: Download): string | undefined {
  const paths = pathsOf(system)
  const folders = system.disk.list(version)
  return download.programs
    .flatMap(([start, file]) =>
      folders.filter((name) => name.startsWith(start)).map((name) => paths.join(version, name, file)),
    )
    .find((file) => isProgram(system, file))
}

/** The newest browser of that kind in puppeteer's cache, else in Playwright's, with the words for where that was. */
export function findDownload(system: System, kind: DownloadKind): { file: string; source: string } | undefined {
  const paths = pathsOf(system)
  const download: Download = downloads[kind]
  const ours = paths.join(puppeteerCache(system), download.puppeteer)
  for (const name of newestFirst(system.disk.list(ours))) {
    const file = programIn(system, paths.join(ours, name), download)
    if (file) return { file, source: "in puppeteer's cache" }
  }
  if (!download.playwright) return undefined
  const theirs = playwrightCache(system)
  for (const name of newestFirst(system.disk.list(theirs).filter((entry) => entry.startsWith(download.playwright)))) {
    const file = programIn(system, paths.join(theirs, name), download)
    if (file) return { file, source: "in Playwright's cache" }
  }
  return undefined
}
