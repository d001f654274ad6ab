import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guessProject, initProject } from '../../src/budget/init.js'
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

  test('writes a JSON config anew as JSON', async () => {
    await writeFile(at('sse-coord.config.json'), '{}')
    await initProject({ cwd: folder, ci: 'none', start: 'npm run dev', overwrite: true })
    expect((await loadConfig(folder))?.settings).toEqual({
      start: { command: 'npm run dev', url: 'http://localhost:3000/', timeoutMs: 60_000 },
      pages: [{ url: '/' }],
      tabs: 8,
      budget: { streamsPerTab: 1, stalledRequests: 0 },
    })
    await initProject({ cwd: folder, ci: 'none', start: false, overwrite: true })
    expect((await loadConfig(folder))?.settings.pages).toEqual([{ url: 'http://localhost:3000/' }])
  })

  test('where nothing starts the app, the config shows how', async () => {
    await initProject({ cwd: folder, ci: 'none' })
    expect(await readFile(at('sse-coord.config.mjs'), 'utf8')).toContain(
      "\n  // Where check is to start the app, as in CI:\n  // start: { command: 'npm start', url: 'http://localhost:3000/' },\n",
    )
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

/** Runs the command at a terminal at which the lines are typed; null is Ctrl-D. */
async function initAtTerminal(args: string[], typed: string | null) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const process = Object.assign(createProcess(['init', ...args], { tty: true }), { stdin })
  if (typed === null) stdin.end()
  else stdin.write(typed)
  const initial = {
    ...api,
    guessProject: () => guessProject(folder),
    initProject: (options: api.InitOptions = {}) => initProject({ ...options, cwd: folder }),
  }
  const code = await run(process, async () => initial)
  return { code, asked: process.stderr.text, stdout: process.stdout.text }
}

describe('at a terminal', () => {
  test('it asks for what the flags do not say, and Enter takes what it guesses', async () => {
    await writeFile(at('package.json'), '{ "scripts": { "start": "node ." } }')
    const { code, asked } = await initAtTerminal([], 'http://localhost:8080/live\n\nnone\n')
    expect({ code, asked }).toEqual({
      code: 0,
      asked:
        'Which page is to be checked? (http://localhost:3000/) ' +
        'Which command starts the app? none: it runs already (npm start) ' +
        'Which build service gets a step? github, gitlab or none (github) ',
    })
    expect((await loadConfig(folder))?.settings).toMatchObject({
      start: { command: 'npm start', url: 'http://localhost:8080/' },
      pages: [{ url: '/live' }],
    })
    expect((await readdir(folder)).sort()).toEqual(['package.json', 'sse-coord.config.mjs'])
  })

  test('what the flags say is not asked, and --yes asks nothing', async () => {
    const { asked } = await initAtTerminal(['http://localhost:1/', '--no-start'], 'gitlab\n')
    expect(asked).toBe('Which build service gets a step? github, gitlab or none (github) ')
    expect(await readdir(folder)).toContain('.gitlab-ci.sse-coord.yml')
    expect(await initAtTerminal(['--yes', '--overwrite'], '')).toMatchObject({ code: 0, asked: '' })
  })

  test('Ctrl-D writes nothing and ends with 130, and a flag that is none of the three with 2', async () => {
    expect((await initAtTerminal([], null)).code).toBe(130)
    const { code, asked } = await initAtTerminal(['--ci', 'githup'], '')
    expect(code).toBe(2)
    expect(asked).toContain("--ci takes github, gitlab or none, not 'githup': did you mean github?")
    expect(await readdir(folder)).toEqual([])
  })

  test('a word that is none of the three is asked for again', async () => {
    const { code, asked } = await initAtTerminal([], '\n\ngithup\njenkins\ngithub\n')
    expect(code).toBe(0)
    expect(asked).toContain("'githup' is none of them: did you mean github? github, gitlab or none (github) ")
    expect(asked).toContain("'jenkins' is none of them: github, gitlab or none (github) ")
    expect(await readdir(folder)).toContain('.github')
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
