/**
 * The real `bin/sse-coord.js` in a process of its own: what signals, closed pipes and faults do to it. The sources are
 * transpiled as they are, except that a run of the doctor is replaced by one that does what the test says.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { tool } from '../../src/package.js'
import { renderTerminal } from '../../src/report/index.js'
import { reports } from '../report/fixtures.js'

const root = path.resolve(import.meta.dirname, '../..')
let folder: string

/** Stands in for `diagnose`: says that it runs, then behaves as `PLAY` says. */
const stage = `
const reports = ${JSON.stringify(reports)}
const plays = {
  whole: async () => reports.healthy,
  lingers: async () => {
    setInterval(() => {}, 1000)
    return reports.healthy
  },
  cut: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(reports.cutShort))),
  deaf: () => new Promise(() => setInterval(() => {}, 1000)),
  waits: () => new Promise((resolve) => process.stdin.once('data', () => {
    process.stdin.destroy()
    resolve(reports.lossy)
  })),
  throws: () => new Promise(() => setTimeout(() => { throw new Error('out of the blue') }, 1)),
}
export const diagnose = (options) => {
  options.onNote('the run has begun')
  return plays[process.env.PLAY](options)
}
`

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-test-'))
  const names = await readdir(path.join(root, 'src'), { recursive: true })
  await build({
    entryPoints: names.filter((name) => name.endsWith('.ts')).map((name) => path.join(root, 'src', name)),
    outbase: path.join(root, 'src'),
    outdir: path.join(folder, 'dist'),
    format: 'esm',
  })
  await writeFile(path.join(folder, 'dist/index.js'), stage)
  await cp(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true })
  await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'))
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
})
afterAll(() => rm(folder, { recursive: true }))

const children: ChildProcessWithoutNullStreams[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function start(args: string[], play = 'whole') {
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', PLAY: play }
  const child = spawn(process.execPath, [path.join(folder, 'bin/sse-coord.js'), ...args], { env })
  children.push(child)
  const stderr = text(child.stderr)
  const begun = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => String(chunk).includes('the run has begun') && resolve())
  })
  const ended = once(child, 'close').then(([code, signal]) => signal ?? code)
  return { child, begun, ended, stderr }
}

async function runToEnd(args: string[], play?: string) {
  const { child, ended, stderr } = start(args, play)
  const stdout = text(child.stdout)
  return { code: await ended, stdout: await stdout, stderr: await stderr }
}

test('--version and --help answer and exit with 0', async () => {
  expect(await runToEnd(['--version'])).toEqual({ code: 0, stdout: `${tool.version}\n`, stderr: '' })
  const help = await runToEnd([])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toMatch(/^Usage: sse-coord/)
})

test('a bad flag is one sentence and exit code 2', async () => {
  expect(await runToEnd(['doctor', '--tabs', '1'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "--tabs takes a whole number from 2 to 50, not '1'.\n",
  })
})

test('a whole run prints its report and ends by itself', async () => {
  const { code, stdout, stderr } = await runToEnd(['doctor'])
  expect([code, stdout, stderr]).toEqual([0, renderTerminal(reports.healthy), 'the run has begun\n'])
})

test('a run that leaves something waiting ends all the same', async () => {
  const { code, stdout } = await runToEnd(['doctor'], 'lingers')
  expect([code, stdout]).toEqual([0, renderTerminal(reports.healthy)])
})

test('a reader that leaves early changes nothing but the output', async () => {
  const { child, begun, ended, stderr } = start(['doctor'], 'waits')
  await begun
  child.stdout.destroy()
  child.stdin.end('go on\n')
  expect(await ended).toBe(reports.lossy.exitCode)
  expect(await stderr).toBe('the run has begun\n')
})

test.skipIf(process.platform === 'win32')('Ctrl-C ends the run with what is known', async () => {
  const { child, begun, ended, stderr } = start(['doctor', '--reporter', 'json'], 'cut')
  const stdout = text(child.stdout)
  await begun
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(JSON.parse(await stdout)).toEqual(reports.cutShort)
  expect(await stderr).toContain('stopping …')
})

test.skipIf(process.platform === 'win32')('a second Ctrl-C ends a run that does not listen', async () => {
  const { child, begun, ended } = start(['doctor'], 'deaf')
  await begun
  const stopping = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => String(chunk).includes('stopping') && resolve())
  })
  child.kill('SIGINT')
  await stopping
  child.kill('SIGINT')
  expect(await ended).toBe(130)
})

test('an error that nobody caught is a fault of ours, not a finding', async () => {
  const { code, stdout, stderr } = await runToEnd(['doctor'], 'throws')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/This is a fault of sse-coord.*\nError: out of the blue\n {4}at /)
})
