import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startChild } from '../../src/budget/child.js'

/** As much of Windows as a command sees: a shell named by `comspec`, and `taskkill`, which writes down its calls. */
const shell = '#!/bin/sh\nexec /bin/sh -c "$2"\n'
const taskkill = '#!/bin/sh\necho "$@" >> "$(dirname "$0")/killed"\n/usr/bin/env kill -9 "$2"\n'

describe.runIf(process.platform === 'linux')('on Windows', () => {
  const { platform } = process
  const before = { comspec: process.env.comspec, PATH: process.env.PATH }
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-windows-'))
    for (const [name, text] of [
      ['shell', shell],
      ['taskkill', taskkill],
    ] as const) {
      writeFileSync(path.join(folder, name), text)
      chmodSync(path.join(folder, name), 0o755)
    }
    process.env.comspec = path.join(folder, 'shell')
    process.env.PATH = `${folder}:${before.PATH}`
    Object.defineProperty(process, 'platform', { value: 'win32' })
  })
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform })
    process.env.PATH = before.PATH
    if (before.comspec === undefined) delete process.env.comspec
    else process.env.comspec = before.comspec
    rmSync(folder, { recursive: true })
  })

  const killed = () => {
    const file = path.join(folder, 'killed')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }
  const start = (command: string) => startChild({ command, cwd: folder, env: process.env })

  test('a command that runs is ended with its tree at once, since there is no asking it', async () => {
    const child = await start('exec sleep 4')
    await child.close()
    expect(killed()[0]).toBe(`/pid ${child.pid} /T /F`)
    expect(await child.ended).toBe(137)
  })

  test('a command that has ended is left alone: its number may be that of another program', async () => {
    const child = await start('exit 3')
    expect(await child.ended).toBe(3)
    // From here on the number is of another program, which is alive.
    const kill = process.kill
    process.kill = () => true
    await child.close().finally(() => {
      process.kill = kill
    })
    expect(killed()).toEqual([])
  })
})

test.runIf(process.platform !== 'win32')('a line that is longer than the system takes is said', async () => {
  const command = 'x'.repeat(5000)
  await expect(startChild({ command, cwd: process.cwd(), env: process.env })).rejects.toMatchObject({
    code: 'command-not-started',
  })
})
