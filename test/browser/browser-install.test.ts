import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { disk } from '../../src/browser/disk.js'
import { type InstallOptions, installBrowser } from '../../src/browser/index.js'
import { type Run, run as runProgram } from '../../src/browser/run.js'

/** A zip archive of one file, stored as it is, with the mode that makes it a program. */
function zip(name: string, text: string): Buffer {
  const file = Buffer.from(name)
  const data = Buffer.from(text)
  const header = (signature: number, extra: number[], length: number) => {
    const buffer = Buffer.alloc(length)
    buffer.writeUInt32LE(signature)
    for (const [index, value] of extra.entries()) buffer.writeUInt16LE(value, 4 + 2 * index)
    return buffer
  }
  const sizes = (buffer: Buffer, at: number) => {
    buffer.writeUInt32LE(crc32(data), at)
    buffer.writeUInt32LE(data.length, at + 4)
    buffer.writeUInt32LE(data.length, at + 8)
    buffer.writeUInt16LE(file.length, at + 12)
    return buffer
  }
  const local = sizes(header(0x04034b50, [20, 0, 0, 0, 0x21], 30), 14)
  const central = sizes(header(0x02014b50, [0x0314, 20, 0, 0, 0, 0x21], 46), 16)
  central.writeUInt32LE((0o100755 << 16) >>> 0, 38)
  const end = header(0x06054b50, [0, 0, 1, 1], 22)
  end.writeUInt32LE(central.length + file.length, 12)
  end.writeUInt32LE(local.length + file.length + data.length, 16)
  return Buffer.concat([local, file, data, central, file, end])
}

const working = '#!/bin/sh\necho Google Chrome for Testing 1.2.3.4\n'
const broken = '#!/bin/sh\necho "chrome: error while loading shared libraries: libnss3.so: cannot open" >&2\nexit 127\n'

let home = ''
let cache = ''
let notes: string[] = []
let server: Server | undefined

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'install-test-'))
  cache = path.join(home, '.cache', 'puppeteer')
  notes = []
})
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  rmSync(home, { recursive: true })
})

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  const listening = server
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

const serveChrome = (script: string) =>
  serve((request, response) => {
    if (request.url !== '/148.1.2.3/linux64/chrome-linux64.zip') return void response.writeHead(404).end()
    const archive = zip('chrome-linux64/chrome', script)
    response.writeHead(200, { 'content-length': archive.length }).end(archive)
  })

/** A Debian with nothing on it but apt-get, which is made up. */
function bareDebian(baseUrl: string, changes: Partial<InstallOptions> = {}): InstallOptions {
  const bin = path.join(home, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(path.join(bin, 'apt-get'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  const readable = { ...disk, read: (file: string) => (file === '/etc/os-release' ? 'ID=debian\n' : disk.read(file)) }
  return {
    onNote: (line) => notes.push(line),
    platform: 'linux',
    home,
    env: { PATH: bin, PUPPETEER_CHROME_DOWNLOAD_BASE_URL: baseUrl, PUPPETEER_CHROME_VERSION: '148.1.2.3' },
    isRoot: true,
    limits: { silenceMs: 400, unpackMs: 5000 },
    // Chrome's and Edge's own places are those of this machine: look below the home folder only.
    disk: { ...readable, isFile: (file) => file.startsWith(home) && disk.isFile(file) },
    run: fakeApt(),
    ...changes,
  }
}

const commands: string[] = []

/** An apt-get that works, unless told otherwise; other programs really run. */
function fakeApt({ update = 0, install = 0 } = {}): Run {
  commands.length = 0
  return async (command, args, options) => {
    if (command !== 'apt-get') return runProgram(command, args, options)
    commands.push([command, ...args].join(' '))
    expect(options.env?.DEBIAN_FRONTEND).toBe('noninteractive')
    if (args[0] === 'update') return { code: update, output: update ? 'Err\nE: no network\n' : '' }
    if (install === 0) writeFileSync(path.join(home, 'bin', 'chromium'), working, { mode: 0o755 })
    return { code: install, output: install ? 'E: Unable to locate package chromium\nfoo\n' : '' }
  }
}

const nothingHalfDone = () => (existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('.')) : [])

describe.skipIf(process.arch !== 'x64')('downloading', () => {
  test('Chrome for Testing is downloaded into the cache of puppeteer, and found there from then on', async () => {
    const options = bareDebian(await serveChrome(working))
    const found = await installBrowser(options)
    expect(found).toMatchObject({
      engine: 'chromium',
      name: 'Chrome',
      executablePath: path.join(cache, 'chrome', 'linux-148.1.2.3', 'chrome-linux64', 'chrome'),
    })
    expect(notes[0]).toMatch(/^Downloading Chrome for Testing 148\.1\.2\.3 from http/)
    expect(notes.at(-1)).toBe(`Installed Chrome: ${found.executablePath}`)
    expect(commands).toEqual([])
    expect(nothingHalfDone()).toEqual([])

    notes = []
    expect((await installBrowser(options)).executablePath).toBe(found.executablePath)
    expect(notes).toEqual([`Chrome is already here (in puppeteer's cache): ${found.executablePath}`])
  })

  test('a browser whose libraries are missing is taken away again, and apt-get goes on', async () => {
    const found = await installBrowser(bareDebian(await serveChrome(broken)))
    expect(found).toMatchObject({ name: 'Chromium', executablePath: path.join(home, 'bin', 'chromium') })
    expect(notes.join('\n')).toContain('libnss3.so is missing')
    expect(readdirSync(path.join(cache, 'chrome'))).toEqual([])
  })

  test('a host that answers nothing is given up', async () => {
    const baseUrl = await serve(() => {})
    const found = await installBrowser(bareDebian(baseUrl))
    expect(found.name).toBe('Chromium')
    expect(notes).toContainEqual(expect.stringContaining('nothing arrived for 0.4 s'))
    expect(nothingHalfDone()).toEqual([])
  })

  test('a download that stops in the middle is given up', async () => {
    const baseUrl = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write(Buffer.alloc(500))
    })
    await installBrowser(bareDebian(baseUrl))
    expect(notes).toContainEqual('50 % of 1 MB')
    expect(notes).toContainEqual(expect.stringContaining('nothing arrived for 0.4 s'))
    expect(nothingHalfDone()).toEqual([])
  })

  test('an archive that is none is given up', async () => {
    const baseUrl = await serve((_, response) => void response.end('<html>Not here'))
    await installBrowser(bareDebian(baseUrl))
    expect(commands).toEqual(['apt-get update', 'apt-get install -y chromium'])
    expect(nothingHalfDone()).toEqual([])
  })

  test('calling it off ends the download at once and leaves nothing', async () => {
    const asked = vi.fn()
    const baseUrl = await serve((_, response) => {
      asked()
      response.writeHead(200, { 'content-length': 1000 })
      response.write('x')
    })
    const controller = new AbortController()
    const limits = { silenceMs: 60_000, unpackMs: 60_000 }
    const install = installBrowser(bareDebian(baseUrl, { signal: controller.signal, limits }))
    install.catch(() => {})
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), { timeout: 30_000 })
    controller.abort(new Error('enough'))
    await expect(install).rejects.toThrow('enough')
    expect(nothingHalfDone()).toEqual([])
    expect(commands).toEqual([])
  })
})

describe('apt-get', () => {
  const nowhere = 'http://127.0.0.1:1'

  test('installs where the download fails, even when its lists cannot be renewed', async () => {
    const found = await installBrowser(bareDebian(nowhere, { run: fakeApt({ update: 100 }) }))
    expect(commands).toEqual(['apt-get update', 'apt-get install -y chromium'])
    expect(found).toMatchObject({ name: 'Chromium', source: 'on PATH' })
    expect(notes).toContainEqual('apt-get update failed (E: no network); trying to install all the same.')
    expect(notes).toContainEqual(expect.stringMatching(/^That did not work: .*ECONNREFUSED/))
  })

  test('that fails, too, leaves one error with both reasons', async () => {
    await expect(installBrowser(bareDebian(nowhere, { run: fakeApt({ install: 100 }) }))).rejects.toMatchObject({
      code: 'install-failed',
      message: expect.stringMatching(/ECONNREFUSED.*Unable to locate package chromium/),
      hint: 'apt-get install -y chromium',
    })
  })

  test('is not tried without root, nor where it is not', async () => {
    await expect(installBrowser(bareDebian(nowhere, { isRoot: false }))).rejects.toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining('apt-get needs root'),
      hint: 'sudo apt-get install -y chromium',
    })
    await expect(installBrowser({ ...bareDebian(nowhere), platform: 'darwin' })).rejects.toMatchObject({
      message: expect.stringContaining('this system has no apt-get'),
      hint: 'brew install --cask google-chrome',
    })
    expect(commands).toEqual([])
  })

  test('is not run when a variable names a browser that does not exist', async () => {
    const options = bareDebian(nowhere)
    await expect(
      installBrowser({ ...options, env: { ...options.env, CHROME_PATH: '/no/chrome' } }),
    ).rejects.toMatchObject({ code: 'browser-not-found', message: expect.stringContaining('CHROME_PATH') })
    expect(notes).toEqual([])
  })

  test('is killed with all its children when it is called off', async () => {
    const mark = path.join(home, 'pids')
    const controller = new AbortController()
    const running = runProgram('/bin/sh', ['-c', `sleep 60 & echo $$ $! > ${mark}; wait`], {
      timeoutMs: 30_000,
      signal: controller.signal,
    })
    running.catch(() => {})
    await vi.waitFor(() => expect(disk.read(mark)).toMatch(/\d+ \d+\n/))
    controller.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    const pids = disk.read(mark)?.trim().split(' ') ?? []
    expect(pids.map((pid) => existsSync(`/proc/${pid}/exe`))).toEqual([false, false])
  })

  test('is stopped when it takes too long, even when it will not listen', async () => {
    const script = "trap '' TERM; while :; do sleep 0.1; done"
    const { code, output } = await runProgram('/bin/sh', ['-c', script], { timeoutMs: 100 })
    expect(code).toBeNull()
    expect(output).toContain('stopped after 0.1 s')
  })
})

test('a signal that is aborted already starts nothing', async () => {
  const signal = AbortSignal.abort(new Error('before'))
  await expect(installBrowser(bareDebian('http://127.0.0.1:1', { signal }))).rejects.toThrow('before')
  await sleep(0)
  expect(notes).toEqual([])
})
