import { expect, test } from 'vitest'
import { canRedraw, showsUnicode, wantsColor } from '../../src/cli/terminal.js'
import { createProcess } from './fake-process.js'

const { stdout: terminal } = createProcess([], { tty: true })
const { stdout: pipe } = createProcess([])

test.each([
  ['a terminal', undefined, {}, terminal, true],
  ['a pipe', undefined, {}, pipe, false],
  ['a dumb terminal', undefined, { TERM: 'dumb' }, terminal, false],
  ['NO_COLOR at a terminal', undefined, { NO_COLOR: '1' }, terminal, false],
  ['an empty NO_COLOR', undefined, { NO_COLOR: '' }, terminal, true],
  ['NO_COLOR against FORCE_COLOR', undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
  ['FORCE_COLOR at a pipe', undefined, { FORCE_COLOR: '1' }, pipe, true],
  ['an empty FORCE_COLOR', undefined, { FORCE_COLOR: '' }, pipe, true],
  ['FORCE_COLOR=0 at a terminal', undefined, { FORCE_COLOR: '0' }, terminal, false],
  ['--color against NO_COLOR', true, { NO_COLOR: '1' }, pipe, true],
  ['--no-color against FORCE_COLOR', false, { FORCE_COLOR: '1' }, terminal, false],
])('colour with %s', (_, flag, env, output, expected) => {
  expect(wantsColor(flag, env, output)).toBe(expected)
})

test.each([
  ['linux', { LANG: 'en_GB.UTF-8' }, true],
  ['linux', { LANG: 'de_DE.utf8' }, true],
  ['linux', { LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, false],
  ['linux', { LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
  ['linux', { LC_ALL: '', LANG: 'C.UTF-8' }, true],
  ['linux', {}, false],
  ['linux', { TERM: 'linux', LANG: 'C.UTF-8' }, false],
  ['linux', { WT_SESSION: 'x' }, true],
  ['win32', {}, false],
  ['win32', { WT_SESSION: 'x' }, true],
  ['win32', { TERM_PROGRAM: 'vscode' }, true],
])('signs beyond ASCII on %s with %j', (platform, env, expected) => {
  expect(showsUnicode(env, platform)).toBe(expected)
})

test.each([
  ['a terminal', {}, terminal, true],
  ['a pipe', {}, pipe, false],
  ['a terminal in CI', { CI: 'true' }, terminal, false],
  ['GitHub Actions', { GITHUB_ACTIONS: 'true' }, terminal, false],
  ['CI=false', { CI: 'false' }, terminal, true],
  ['a dumb terminal', { TERM: 'dumb' }, terminal, false],
])('redrawing with %s', (_, env, output, expected) => {
  expect(canRedraw(env, output)).toBe(expected)
})
