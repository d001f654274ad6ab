/** Where browsers lie when their own installers put them there, and what they are called on PATH. */
import { pathsOf, readVariable, type System } from './system.js'

/** The browsers that can be asked for by name, and Brave, which is only ever found. */
export type BrowserFamily = 'chrome' | 'chromium' | 'edge' | 'brave' | 'firefox'

export const familyNames: Record<BrowserFamily, string> = {
  chrome: 'Chrome',
  chromium: 'Chromium',
  edge: 'Edge',
  brave: 'Brave',
  firefox: 'Firefox',
}

const linuxFiles: Record<BrowserFamily, string[]> = {
  chrome: ['/opt/google/chrome/chrome'],
  chromium: [],
  edge: ['/opt/microsoft/msedge/msedge'],
  brave: ['/opt/brave.com/brave/brave'],
  firefox: [],
}

/** Under /Applications or ~/Applications. */
const macFiles: Record<BrowserFamily, string> = {
  chrome: 'Google Chrome.app/Contents/MacOS/Google Chrome',
  chromium: 'Chromium.app/Contents/MacOS/Chromium',
  edge: 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  brave: 'Brave Browser.app/Contents/MacOS/Brave Browser',
  firefox: 'Firefox.app/Contents/MacOS/firefox',
}

/** Under Program Files or the user's local application data. */
const windowsFiles: Record<BrowserFamily, string> = {
  chrome: 'Google\\Chrome\\Application\\chrome.exe',
  chromium: 'Chromium\\Application\\chrome.exe',
  edge: 'Microsoft\\Edge\\Application\\msedge.exe',
  brave: 'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  firefox: 'Mozilla Firefox\\firefox.exe',
}

/** Names on PATH, the likeliest first. */
export const pathNames: Record<BrowserFamily, string[]> = {
  chrome: ['google-chrome', 'google-chrome-stable'],
  chromium: ['chromium', 'chromium-browser'],
  edge: ['microsoft-edge', 'microsoft-edge-stable', 'msedge'],
  brave: ['brave-browser', 'brave'],
  firefox: ['firefox', 'firefox-esr'],
}

/** Snap's folder is missing from PATH in many shells and services. */
const snapFiles: Partial<Record<BrowserFamily, string>> = {
  chromium: '/snap/bin/chromium',
  brave: '/snap/bin/brave',
  firefox: '/snap/bin/firefox',
}

/** The files that an installer of that browser would have made on that system. */
export function standardPlaces(system: System, family: BrowserFamily): string[] {
  const paths = pathsOf(system)
  if (system.platform === 'darwin') {
    return ['/Applications', paths.join(system.home, 'Applications')].map((folder) =>
      paths.join(folder, macFiles[family]),
    )
  }
  if (system.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)', 'LOCALAPPDATA']
      .map((name) => readVariable(system, name))
      .filter((folder) => folder !== undefined)
    return [...new Set([...folders, 'C:\\Program Files', 'C:\\Program Files (x86)'])].map((folder) =>
      paths.join(folder, windowsFiles[family]),
    )
  }
  return linuxFiles[family]
}

/** Where snap puts its launcher of that browser, on Linux. */
export function snapPlace(system: System, family: BrowserFamily): string | undefined {
  return system.platform === 'linux' ? snapFiles[family] : undefined
}
