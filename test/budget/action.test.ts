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

test.runIf(process.platform !== 'win32')('the action hands its inputs on as arguments, whatever is in them', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-action-'))
  const bin = path.join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(path.join(bin, 'sse-coord'), '#!/bin/sh\nprintf "%s\\n" "$@"\n')
  chmodSync(path.join(bin, 'sse-coord'), 0o755)
  const run = (inputs: Record<string, string>) =>
    execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', actionScript()], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, INPUT_REPORT: 'r.html', ...inputs },
    })
      .trimEnd()
      .split('\n')
  expect(
    run({
      INPUT_PAGES: 'http://localhost/?a=$(touch evil)&b="c d"\nhttp://localhost/b',
      INPUT_MAX_STREAMS_PER_TAB: '1',
      INPUT_ARGS: '--tabs\n3',
    }),
  ).toEqual([
    'check',
    'http://localhost/?a=$(touch evil)&b="c d"',
    'http://localhost/b',
    '--max-streams-per-tab',
    '1',
    '--tabs',
    '3',
    '--reporter',
    'pretty',
    '--reporter',
    'html=r.html',
  ])
  expect(run({ INPUT_RUN: 'npm run "e2e"', INPUT_TARGET: 'http://localhost:1' }).slice(0, 5)).toEqual([
    'check',
    '--run',
    'npm run "e2e"',
    '--target',
    'http://localhost:1',
  ])
  expect(run({})).toEqual(['check', '--reporter', 'pretty', '--reporter', 'html=r.html'])
  rmSync(folder, { recursive: true })
})
