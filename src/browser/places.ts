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

/** In these lists the first is the stable one; channels that can be installed beside it follow, the steadiest first. */
const linuxFiles: Record<BrowserFamily, string[]> = {
  chrome: ['chrome', 'chrome-beta', 'chrome-unstable', 'chrome-canary'].map((name) => `/opt/google/${name}/chrome`),
  chromium: [],
  edge: ['msedge', 'msedge-beta', 'msedge-dev'].map((name) => `/opt/microsoft/${name}/msedge`),
  brave: ['/opt/brave.com/brave/brave'],
  firefox: [],
}

/** Under /Applications or ~/Applications: the names of the applications. */
const macFiles: Record<BrowserFamily, string[]> = {
  chrome: ['Google Chrome', 'Google Chrome Beta', 'Google Chrome Dev', 'Google Chrome Canary'],
  chromium: ['Chromium'],
  edge: ['Microsoft Edge', 'Microsoft Edge Beta', 'Microsoft Edge Dev', 'Microsoft Edge Canary'],
  brave: ['Brave Browser'],
  firefox: ['Firefox', 'Firefox Developer Edition', 'Firefox Nightly'],
}

/** Under Program Files or the user's local application data. `SxS` is Canary. */
const windowsFiles: Record<BrowserFamily, string[]> = {
  chrome: ['Chrome', 'Chrome Beta', 'Chrome Dev', 'Chrome SxS'].map(
    (name) => `Google\\${name}\\Application\\chrome.exe`,
  ),
  chromium: ['Chromium\\Application\\chrome.exe'],
  edge: ['Edge', 'Edge Beta', 'Edge Dev', 'Edge SxS'].map((name) => `Microsoft\\${name}\\Application\\msedge.exe`),
  brave: ['BraveSoftware\\Brave-Browser\\Application\\brave.exe'],
  firefox: ['Mozilla Firefox', 'Firefox Developer Edition', 'Firefox Nightly'].map((name) => `${name}\\firefox.exe`),
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

/** Whether the stable build of a browser is meant, or those for who tries what is to come: beta, Canary and the like. */
export type Channel = 'stable' | 'early'

/** The files that an installer of that browser would have made on that system. */
export function standardPlaces(system: System, family: BrowserFamily, channel: Channel): string[] {
  const paths = pathsOf(system)
  const ofChannel = (names: readonly string[]) => (channel === 'stable' ? names.slice(0, 1) : names.slice(1))
  if (system.platform === 'darwin') {
    const folders = ['/Applications', paths.join(system.home, 'Applications')]
    return ofChannel(macFiles[family]).flatMap((name) =>
      folders.map((folder) => programInApplication(system, paths.join(folder, `${name}.app`))),
    )
  }
  if (system.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)', 'LOCALAPPDATA']
      .map((name) => readVariable(system, name))
      .filter((folder) => folder !== undefined)
    const all = [...new Set([...folders, 'C:\\Program Files', 'C:\\Program Files (x86)'])]
    return ofChannel(windowsFiles[family]).flatMap((file) => all.map((folder) => paths.join(folder, file)))
  }
  return ofChannel(linuxFiles[family])
}

/** The program inside an application folder of macOS, which has the folder's name, but for those of Firefox. */
export function programInApplication(system: System, folder: string): string {
  const paths = pathsOf(system)
  const name = paths.basename(folder, '.app')
  return paths.join(folder, 'Contents', 'MacOS', name.startsWith('Firefox') ? 'firefox' : name)
}

/** Where snap puts its launcher of that browser, on Linux. */
export function snapPlace(system: System, family: BrowserFamily): string | undefined {
  return system.platform === 'linux' ? snapFiles[family] : undefined
}
