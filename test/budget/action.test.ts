import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'

/** The script of the composite action, as the runner would hand it to bash. */
function actionScript(): string {
  const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
  return text
    .slice(text.indexOf('      run: |\n') + '      run: |\n'.length)
    .split('\n')
    .map((line) => line.slice(8))
    .join('\n')
}

/** Runs it in a project whose sse-coord writes down its arguments, one a line; `from` is a folder of the project. */
function runAction(inputs: Record<string, string>, from = '.'): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-action-'))
  try {
    const bin = path.join(folder, 'node_modules', '.bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(path.join(bin, 'sse-coord'), '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    chmodSync(path.join(bin, 'sse-coord'), 0o755)
    mkdirSync(path.join(folder, from), { recursive: true })
    return execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', actionScript()], {
      cwd: path.join(folder, from),
      encoding: 'utf8',
      env: { PATH: process.env.PATH, INPUT_REPORT: 'r.html', ...inputs },
    })
      .trimEnd()
      .split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What is asked for in any case. */
const reports = ['--reporter', 'pretty', '--reporter', 'html=r.html']
const hasBash = process.platform !== 'win32'

test.runIf(hasBash)('the action hands its inputs on as arguments, whatever is in them', () => {
  const pages = ['http://localhost/?a=$(touch evil)&b="c d"', 'http://localhost/b', '--run=touch evil']
  expect(runAction({ INPUT_PAGES: pages.join('\n'), INPUT_MAX_STREAMS_PER_TAB: '1', INPUT_ARGS: '--tabs\n3' })).toEqual(
    ['check', '--max-streams-per-tab', '1', '--tabs', '3', ...reports, '--', ...pages],
  )
  expect(runAction({ INPUT_RUN: 'npm run "e2e"', INPUT_TARGET: 'http://localhost:1' })).toEqual([
    'check',
    '--run',
    'npm run "e2e"',
    '--target',
    'http://localhost:1',
    ...reports,
  ])
  expect(runAction({})).toEqual(['check', ...reports])
})

test.runIf(hasBash)('a flag and its value may share a line', () => {
  const lines = ['--tabs 4', '--browser=/opt/my browser', '--run npm run "e2e" -- --retries=2', '--insecure']
  expect(runAction({ INPUT_ARGS: lines.join('\n'), INPUT_REPORT: '' })).toEqual([
    'check',
    '--tabs',
    '4',
    '--browser=/opt/my browser',
    '--run',
    'npm run "e2e" -- --retries=2',
    '--insecure',
    '--reporter',
    'pretty',
  ])
})

test.runIf(hasBash)('the action finds the package of a monorepo in a folder above', () => {
  expect(runAction({}, 'packages/my app')).toEqual(['check', ...reports])
})
