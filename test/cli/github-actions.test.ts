import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Api } from '../../src/cli/context.js'
import { run } from '../../src/cli/index.js'
import { checks } from '../report/fixtures.js'
import { createProcess } from './fake-process.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function doctor(args: string[], env: Record<string, string>) {
  const process = createProcess(['doctor', ...args], { env: { LANG: 'C.UTF-8', ...env } })
  await run(process, async () => ({ diagnose: async () => checks.exceeded }) as unknown as Api)
  return { stdout: process.stdout.text, stderr: process.stderr.text }
}

test('on GitHub Actions the failures are annotated, and the summary of the step grows', async () => {
  const summary = path.join(folder, 'summary.md')
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
  const { stdout, stderr } = await doctor(['-r', 'json'], env)
  expect(JSON.parse(stdout)).toEqual(checks.exceeded)
  expect(stderr).toContain('::error file=src/live.ts,line=31')
  await doctor([], env)
  expect((await readFile(summary, 'utf8')).match(/^## /gm)).toHaveLength(2)
})

test('annotations that were asked for come once', async () => {
  const { stdout, stderr } = await doctor(['-r', 'github'], { GITHUB_ACTIONS: 'true' })
  expect(stdout).toContain('::error ')
  expect(stderr).not.toContain('::error ')
})

test('a summary that cannot be written is said, and the report comes all the same', async () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path.join(folder, 'none', 'summary.md') }
  const { stdout, stderr } = await doctor([], env)
  expect(stdout).toContain('streams per tab')
  expect(stderr).toContain('The summary of this step could not be written')
})

test('elsewhere nothing is annotated', async () => {
  const { stdout, stderr } = await doctor([], {})
  expect(stdout + stderr).not.toContain('::error')
})
