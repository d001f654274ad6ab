import { describe, expect, test } from 'vitest'
import { disk } from '../../src/browser/disk.js'
import { type FindOptions, findBrowser } from '../../src/browser/index.js'

/** A machine with these files, all of them programs unless they carry a text. */
function machine(
  platform: NodeJS.Platform,
  files: (string | [string, string])[],
  env: NodeJS.ProcessEnv = {},
): FindOptions {
  const separator = platform === 'win32' ? '\\' : '/'
  const normal = (path: string) => path.replaceAll('/', separator)
  const texts = new Map(
    files.map((file) => (typeof file === 'string' ? [normal(file), undefined] : [normal(file[0]), file[1]])),
  )
  return {
    platform,
    env,
    home: platform === 'win32' ? 'C:\\Users\\me' : '/home/me',
    isRoot: false,
    sparticuz: async () => undefined,
    disk: {
      isFile: (path) => texts.has(path),
      isExecutable: (path) => texts.has(path) && texts.get(path) === undefined,
      list: (folder) => [
        ...new Set(
          [...texts.keys()]
            .filter((path) => path.startsWith(folder + separator))
            .map((path) => path.slice(folder.length + 1).split(separator)[0] ?? ''),
        ),
      ],
      read: (path) => texts.get(path),
    },
  }
}

const onLinux = (files: (string | [string, string])[], env: NodeJS.ProcessEnv = {}) =>
  machine('linux', files, { PATH: '/usr/local/bin:/usr/bin', ...env })

const path = async (options: FindOptions) => (await findBrowser(options)).executablePath

describe('on Linux', () => {
  const all = [
    '/opt/google/chrome/chrome',
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/opt/microsoft/msedge/msedge',
    '/home/me/.cache/puppeteer/chrome/linux-148.0.7778.97/chrome-linux64/chrome',
    '/home/me/.cache/puppeteer/chrome/linux-99.0.1.1/chrome-linux64/chrome',
    '/home/me/.cache/ms-playwright/chromium-1200/chrome-linux/chrome',
    '/usr/bin/chromium-headless-shell',
  ]

  test('each place is looked at in its turn', async () => {
    for (const [index, file] of all.entries()) {
      if (index === 2) continue // A sibling of chromium on PATH: in the same turn, after it.
      expect(await path(onLinux(all.slice(index)))).toBe(file)
    }
    expect(await path(onLinux(['/usr/bin/google-chrome-stable', ...all.slice(3)]))).toBe(
      '/usr/bin/google-chrome-stable',
    )
  })

  test('the newest of the downloaded ones is taken, by number', async () => {
    const cached = ['9.0.0.1', '148.0.7778.97', '99.0.1.1'].map(
      (version) => `/home/me/.cache/puppeteer/chrome/linux-${version}/chrome-linux64/chrome`,
    )
    expect(await path(onLinux(cached))).toBe(cached[1])
    expect(await path(onLinux(['/c/chrome/linux-1.2.3.4/chrome-linux64/chrome'], { PUPPETEER_CACHE_DIR: '/c' }))).toBe(
      '/c/chrome/linux-1.2.3.4/chrome-linux64/chrome',
    )
  })

  test('a half-downloaded browser is passed over', async () => {
    const folder = '/home/me/.cache/puppeteer/chrome'
    const half = [`${folder}/linux-200.0.0.0/chrome-linux64/LICENSE`, `${folder}/linux-148.0.0.0/chrome-linux64/chrome`]
    expect(await path(onLinux(half))).toBe(half[1])
  })

  test('a snap is found though its folder is not on PATH', async () => {
    expect(await findBrowser(onLinux(['/snap/bin/chromium']))).toEqual({
      engine: 'chromium',
      name: 'Chromium',
      executablePath: '/snap/bin/chromium',
      source: 'as a snap',
      isShell: false,
    })
  })

  test('builds without windows come last and are marked', async () => {
    const shell =
      '/home/me/.cache/puppeteer/chrome-headless-shell/linux-1.0.0.0/chrome-headless-shell-linux64/chrome-headless-shell'
    expect(await findBrowser(onLinux([shell]))).toMatchObject({ executablePath: shell, isShell: true })
    expect(await findBrowser({ ...onLinux([]), sparticuz: async () => '/tmp/chromium' })).toEqual({
      engine: 'chromium',
      name: 'Chrome headless shell',
      executablePath: '/tmp/chromium',
      source: 'in @sparticuz/chromium',
      isShell: true,
    })
    expect(await path(onLinux([shell, '/snap/bin/chromium']))).toBe('/snap/bin/chromium')
  })

  test('Firefox is taken only when it is named', async () => {
    await expect(findBrowser(onLinux(['/usr/bin/firefox-esr']))).rejects.toMatchObject({ code: 'browser-not-found' })
    expect(await findBrowser({ ...onLinux(['/usr/bin/firefox-esr']), browser: 'firefox' })).toEqual({
      engine: 'firefox',
      name: 'Firefox',
      executablePath: '/usr/bin/firefox-esr',
      source: 'named by --browser, on PATH',
      isShell: false,
    })
  })

  test('relative and empty entries of PATH are not followed', async () => {
    await expect(findBrowser(machine('linux', ['bin/chromium', '/chromium'], { PATH: 'bin::' }))).rejects.toThrow(
      'No browser',
    )
  })
})

test('a path that the disk refuses to look at is no file', () => {
  // As in a folder of PATH that is closed to this user; a path too long is refused to root as well.
  expect(disk.isFile(`/${'x'.repeat(5000)}`)).toBe(false)
  expect(disk.isFile(import.meta.filename)).toBe(true)
})

describe('on macOS', () => {
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  const edge = '/home/me/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'
  const cached =
    '/home/me/.cache/puppeteer/chrome/mac_arm-148.0.0.0/chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'

  test('applications of all users and of this one are found, then downloads', async () => {
    expect(await findBrowser(machine('darwin', [chrome, edge, cached]))).toMatchObject({
      name: 'Chrome',
      executablePath: chrome,
    })
    expect(await findBrowser(machine('darwin', [edge, cached]))).toMatchObject({ name: 'Edge', executablePath: edge })
    expect(await findBrowser(machine('darwin', [cached]))).toMatchObject({ name: 'Chrome', executablePath: cached })
    const playwright =
      '/home/me/Library/Caches/ms-playwright/chromium-9/chrome-mac/Chromium.app/Contents/MacOS/Chromium'
    expect(await path(machine('darwin', [playwright]))).toBe(playwright)
  })

  test('an application folder stands for the program in it', async () => {
    const options = { ...machine('darwin', [chrome]), browser: '/Applications/Google Chrome.app' }
    expect(await path(options)).toBe(chrome)
    const nightly = '/Users/me/Firefox Nightly.app/Contents/MacOS/firefox'
    expect(await path({ ...machine('darwin', [nightly]), browser: '/Users/me/Firefox Nightly.app/' })).toBe(nightly)
  })

  test('a channel that is not the stable one does where there is no other of its family', async () => {
    const canary = '/Applications/Google Chrome Canary.app/Contents/MacOS/Google Chrome Canary'
    const own = '/home/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    expect(await findBrowser(machine('darwin', [canary]))).toMatchObject({ name: 'Chrome', executablePath: canary })
    expect(await path(machine('darwin', [canary, own]))).toBe(own)
    expect(await path(machine('darwin', [canary, edge]))).toBe(edge)
    const developer = '/Applications/Firefox Developer Edition.app/Contents/MacOS/firefox'
    expect(await path({ ...machine('darwin', [developer]), browser: 'firefox' })).toBe(developer)
  })
})

describe('on Windows', () => {
  const env = { PATH: 'C:\\tools', ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' }

  test('the folders of installers are looked at, whatever the case of their variables', async () => {
    const own = 'C:\\Users\\me\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe'
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
    expect(await path(machine('win32', [own, edge], env))).toBe(own)
    expect(await path(machine('win32', [own], { localappdata: env.LOCALAPPDATA }))).toBe(own)
    expect(await findBrowser(machine('win32', [edge], env))).toMatchObject({ name: 'Edge', executablePath: edge })
  })

  test('PATH and downloads are found with .exe', async () => {
    expect(await path(machine('win32', ['C:\\tools\\chromium.exe'], { Path: 'D:\\x;C:\\tools' }))).toBe(
      'C:\\tools\\chromium.exe',
    )
    const cached = 'C:\\Users\\me\\.cache\\puppeteer\\chrome\\win64-148.0.0.0\\chrome-win64\\chrome.exe'
    expect(await path(machine('win32', [cached], env))).toBe(cached)
    const playwright = 'C:\\Users\\me\\AppData\\Local\\ms-playwright\\chromium-9\\chrome-win\\chrome.exe'
    expect(await path(machine('win32', [playwright], env))).toBe(playwright)
  })

  test('quotes that `set` has left around a path are no part of it', async () => {
    const file = 'D:\\my browsers\\chrome.exe'
    expect(await path(machine('win32', [file], { CHROME_PATH: `"${file}"` }))).toBe(file)
  })

  test('Canary and the other channels do where there is no stable one', async () => {
    const canary = `${env.LOCALAPPDATA}\\Google\\Chrome SxS\\Application\\chrome.exe`
    const beta = 'C:\\Program Files\\Google\\Chrome Beta\\Application\\chrome.exe'
    expect(await path(machine('win32', [canary], env))).toBe(canary)
    expect(await path(machine('win32', [canary, beta], env))).toBe(beta)
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge Dev\\Application\\msedge.exe'
    expect(await path({ ...machine('win32', [edge, canary], env), browser: 'edge' })).toBe(edge)
  })
})

describe('what is named', () => {
  const files = [
    '/opt/google/chrome/chrome',
    '/usr/bin/chromium',
    '/my/brave',
    '/usr/bin/microsoft-edge',
    '/usr/bin/thorium',
  ]

  test.each([
    ['chrome', '/opt/google/chrome/chrome', 'Chrome'],
    ['chromium', '/usr/bin/chromium', 'Chromium'],
    ['edge', '/usr/bin/microsoft-edge', 'Edge'],
    ['Edge', '/usr/bin/microsoft-edge', 'Edge'],
    ['/my/brave', '/my/brave', 'Brave'],
    ['thorium', '/usr/bin/thorium', 'Chromium'],
  ])('%s is %s', async (browser, executablePath, name) => {
    expect(await findBrowser({ ...onLinux(files), browser })).toMatchObject({ executablePath, name })
  })

  test('variables are read in their order, and the option comes before them', async () => {
    const env = { CHROME_PATH: '/my/brave', PUPPETEER_EXECUTABLE_PATH: '/usr/bin/thorium', SSE_COORD_BROWSER: 'edge' }
    expect(await findBrowser({ ...onLinux(files, env), browser: 'chromium' })).toMatchObject({ name: 'Chromium' })
    expect(await findBrowser(onLinux(files, env))).toMatchObject({
      name: 'Edge',
      source: 'named by SSE_COORD_BROWSER, on PATH',
    })
    expect(await path(onLinux(files, { ...env, SSE_COORD_BROWSER: ' ' }))).toBe('/usr/bin/thorium')
    expect(await findBrowser(onLinux(files, { CHROME_PATH: '/my/brave' }))).toMatchObject({
      executablePath: '/my/brave',
      source: 'named by CHROME_PATH',
    })
  })

  test.each([
    [{ browser: '/no/chrome' }, '--browser names /no/chrome, which does not exist.'],
    [{ browser: 'edge' }, '--browser asks for Edge, which was not found on this machine.'],
    [{ browser: 'netscape' }, '--browser asks for “netscape”'],
    [{ env: { CHROME_PATH: '/no/chrome' } }, 'CHROME_PATH names /no/chrome, which does not exist.'],
    [{ env: { SSE_COORD_BROWSER: 'firefox' } }, 'SSE_COORD_BROWSER asks for Firefox, which was not found'],
    [{ browser: '/etc/readme' }, '--browser names /etc/readme, which is not a program.'],
  ])('%j that is not there is one clear error', async (options, message) => {
    const files: (string | [string, string])[] = ['/usr/bin/chromium', ['/etc/readme', 'text']]
    await expect(findBrowser({ ...onLinux(files), ...options })).rejects.toMatchObject({
      code: 'browser-not-found',
      message: expect.stringContaining(message),
    })
  })
})

describe('when there is no browser', () => {
  const hintOn = (options: FindOptions) =>
    findBrowser(options).then(
      () => 'found one',
      (error) => error.hint as string,
    )
  const linux = (release: string, isRoot = false) => hintOn({ ...onLinux([['/etc/os-release', release]]), isRoot })

  test('the error has the line that installs one on this system', async () => {
    expect(await linux('ID=debian\n', true)).toMatch(/^apt-get install -y chromium\n/)
    expect(await linux('NAME="Debian"\nID=debian\n')).toMatch(/^sudo apt-get install -y chromium\n/)
    expect(await linux('ID=ubuntu\nID_LIKE=debian\n')).toMatch(/^sudo apt-get install -y chromium-browser\n/)
    expect(await linux('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toMatch(/^sudo apt-get install -y chromium\n/)
    expect(await linux('ID=fedora\n')).toMatch(/^sudo dnf install -y chromium\n/)
    expect(await linux('ID="rocky"\nID_LIKE="rhel centos fedora"\n')).toMatch(/^sudo dnf install -y chromium\n/)
    expect(await linux('ID=alpine\n', true)).toMatch(/^apk add chromium\n/)
    expect(await linux('ID=manjaro\nID_LIKE=arch\n')).toMatch(/^sudo pacman -S --noconfirm chromium\n/)
    expect(await linux('ID=slackware\n')).toMatch(/^install Chrome or Chromium with your package manager\n/)
    expect(await hintOn(machine('darwin', []))).toMatch(/^brew install --cask google-chrome\n/)
    expect(await hintOn(machine('win32', []))).toMatch(/^winget install -e --id Google.Chrome\n/)
  })

  test('the error names the other ways', async () => {
    await expect(findBrowser(onLinux([]))).rejects.toMatchObject({
      code: 'browser-not-found',
      message: 'No browser found on this machine.',
      hint: expect.stringMatching(/--install-browser\n.*--browser PATH/),
    })
  })
})
