import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { splitCommand } from '../../src/budget/split-command.js'
import type { Api } from '../../src/cli/context.js'
import { run } from '../../src/cli/index.js'
import { createProcess } from '../cli/fake-process.js'
import { checks } from '../report/fixtures.js'

const root = new URL('../../', import.meta.url)

/** Every line of the docs and of what `init` writes that runs the check, without what follows it in the shell. */
async function checkLines(): Promise<string[]> {
  const files = ['docs/check.md', 'docs/count-streams.md', 'src/budget/init.ts']
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, root), 'utf8')))
  return texts.flatMap((text) =>
    [...text.matchAll(/npx sse-coord (check\b[^\n`]*)/g)].map(([, line = '']) =>
      line.replace(/\s+(#|\|\|).*$/, '').trim(),
    ),
  )
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-snippets-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('every line of the docs that runs the check is understood', async () => {
  const lines = await checkLines()
  expect(lines.length).toBeGreaterThan(7)
  for (const line of lines) {
    const args = splitCommand(line) ?? []
    const process = createProcess(args.map((arg) => arg.replace('=sse-coord.', `=${folder}${path.sep}sse-coord.`)))
    const checkBudget = vi.fn(async () => checks.exceeded)
    expect(await run(process, async () => ({ checkBudget }) as unknown as Api), `${line}\n${process.stderr.text}`).toBe(
      1,
    )
    expect(checkBudget, line).toHaveBeenCalledOnce()
  }
})

test('the GitLab job of the docs is the one that init writes', async () => {
  const [docs, code] = await Promise.all(
    ['docs/check.md', 'src/budget/init.ts'].map((file) => readFile(new URL(file, root), 'utf8')),
  )
  const [job = 'none'] = /^sse-coord:\n(?: .*\n)+/m.exec(docs ?? '') ?? []
  expect(code).toContain(job)
})
