import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitCommand } from '../../src/budget/split-command.js'

describe('simple command lines become words', () => {
  test.each([
    ['npm run e2e', ['npm', 'run', 'e2e']],
    ['  npx   playwright test  ', ['npx', 'playwright', 'test']],
    ['node "my tests.js" --grep \'a b\'', ['node', 'my tests.js', '--grep', 'a b']],
    ['echo a\\ b "c\\"d" "e\\f"', ['echo', 'a b', 'c"d', 'e\\f']],
    ['run ""', ['run', '']],
    ['a"b"c', ['abc']],
    ['/opt/x=y/run a=b', ['/opt/x=y/run', 'a=b']],
  ])('%s', (line, words) => {
    expect(splitCommand(line)).toEqual(words)
  })
})

describe('what needs a shell is left to one', () => {
  test.each([
    'a | b',
    'a && b',
    'a; b',
    'a > b',
    'echo $HOME',
    'echo "$HOME"',
    'echo `x`',
    'ls *.js',
    'A=1 b',
    'a "b',
    'a \\',
    '',
  ])('%s', (line) => {
    expect(splitCommand(line)).toBeNull()
  })
})

test.runIf(process.platform !== 'win32')('words are those of the shell', () => {
  const piece = fc.constantFrom('a', ' ', '"', "'", '\\', '-', '=', '.', 'b c')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const line = `x ${pieces.join('')}`
      const words = splitCommand(line)
      if (!words) return
      const shown = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
      expect(words).toEqual(shown.split('\0').slice(0, -1))
    }),
    { numRuns: 60 },
  )
})
