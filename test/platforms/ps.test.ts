import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { processesByPs, psArguments, readPs } from '../../src/browser/ps.js'

test.runIf(process.platform !== 'win32')('a command line is read to its end, however narrow the terminal is', () => {
  const folder = `/tmp/sse-coord-${Math.random().toString(36).slice(2)}`
  const code = ['setInterval(() => {}, 1000)', ' '.repeat(300), folder].join('//')
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
  const before = process.env.COLUMNS
  process.env.COLUMNS = '80'
  onTestFinished(() => {
    child.kill('SIGKILL')
    if (before === undefined) delete process.env.COLUMNS
    else process.env.COLUMNS = before
  })
  expect(processesByPs({ pid: undefined, folder, hasEnded: () => false })).toEqual([child.pid])
})

test('on macOS the environment is asked for, in which the children of a command carry their mark', () => {
  expect(psArguments('darwin')).toContain('-E')
  expect(psArguments('freebsd')).not.toContain('-E') // another option there
})

test('the group and those that name the folder are found, and no zombie', () => {
  const lines = [
    '    1     1 Ss   /sbin/launchd',
    '  501   501 S    /Applications/Google Chrome.app/Contents/MacOS/Google Chrome --headless=new',
    '  502   501 S    /Applications/Google Chrome.app/Contents/Frameworks/Helper --type=renderer',
    '  503   503 S    crashpad_handler --database=/private/var/folders/T/sse-coord-x/profile/Crashpad',
    '  504   504 S    node worker.js PATH=/usr/bin SSE_COORD_RUN_MARK=/var/folders/T/sse-coord-x',
    '  505   501 Z    (Helper)',
    '  506   506 S+   -zsh',
    '',
  ]
  const mark = { pid: 501, folder: '/var/folders/T/sse-coord-x', hasEnded: () => false }
  expect(readPs(lines.join('\n'), mark)).toEqual([501, 502, 503, 504])
})
