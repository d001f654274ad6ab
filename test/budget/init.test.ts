import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { initProject } from '../../src/budget/init.js'
import { run } from '../../src/cli/index.js'
import { loadConfig } from '../../src/config/load-config.js'
import * as api from '../../src/index.js'
import { createProcess } from '../cli/fake-process.js'

let folder = ''
const at = (...parts: string[]) => path.join(folder, ...parts)
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-init-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('init', () => {
  test('writes a config that the check reads, in the language of the project', async () => {
    await writeFile(
      at('package.json'),
      '{ "scripts": { "start": "node ." }, "devDependencies": { "typescript": "5" } }',
    )
    expect(await initProject({ cwd: folder, url: 'http://localhost:8080/dashboard?a=1' })).toEqual([
      { file: 'sse-coord.config.ts', state: 'written' },
      { file: path.join('.github', 'workflows', 'sse-coord.yml'), state: 'written' },
    ])
    expect((await loadConfig(folder))?.settings).toEqual({
      start: { command: 'npm start', url: 'http://localhost:8080/', timeoutMs: 60_000 },
      pages: [{ url: '/dashboard?a=1' }],
      tabs: 8,
      budget: { streamsPerTab: 1, stalledRequests: 0 },
    })
  })

  test('without a start script the app is to run already, and quotes stay quotes', async () => {
    await initProject({ cwd: folder, ci: 'none' })
    expect((await loadConfig(folder))?.settings.pages).toEqual([{ url: 'http://localhost:3000/' }])
    expect(await readdir(folder)).toEqual(['sse-coord.config.mjs'])
    await initProject({ cwd: folder, ci: 'none', start: "sh -c 'a\\b'", overwrite: true })
    expect((await loadConfig(folder))?.settings.start?.command).toBe("sh -c 'a\\b'")
  })

  test('never writes over a file that is there, unless it is told to, and says what it did', async () => {
    await writeFile(at('sse-coord.config.js'), 'mine')
    expect((await initProject({ cwd: folder, ci: 'none' }))[0]).toEqual({ file: 'sse-coord.config.js', state: 'kept' })
    expect(await readFile(at('sse-coord.config.js'), 'utf8')).toBe('mine')
    const [again] = await initProject({ cwd: folder, ci: 'none', overwrite: true })
    expect(again).toEqual({ file: 'sse-coord.config.js', state: 'overwritten' })
  })

  test('sees which build service there is', async () => {
    await writeFile(at('.gitlab-ci.yml'), '')
    expect((await initProject({ cwd: folder })).map(({ file }) => file)).toContain('.gitlab-ci.sse-coord.yml')
    await mkdir(at('.github'))
    expect((await initProject({ cwd: folder, overwrite: true })).map(({ file }) => file)).toContain(
      path.join('.github', 'workflows', 'sse-coord.yml'),
    )
  })

  test('refuses what is no address', async () => {
    await expect(initProject({ cwd: folder, url: 'localhost' })).rejects.toThrow('“localhost” is not the address')
  })
})

test('the command never asks where nobody can answer', async () => {
  const process = createProcess(['init', '--ci', 'none'])
  const initial = { ...api, initProject: (options: api.InitOptions = {}) => initProject({ ...options, cwd: folder }) }
  expect(await run(process, async () => initial)).toBe(0)
  expect(process.stdout.text).toContain('✓ sse-coord.config.mjs: written\n')
  expect(process.stderr.text).toBe('')
  const again = createProcess(['init', '--yes', '--ci', 'none'])
  expect(await run(again, async () => initial)).toBe(0)
  expect(again.stdout.text).toContain('– sse-coord.config.mjs: kept as it was; --overwrite replaces it')
})
