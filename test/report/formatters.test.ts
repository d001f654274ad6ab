import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration } from '../../src/evidence/duration.js'
import { count, list } from '../../src/evidence/words.js'
import { createPen } from '../../src/report/pen.js'
import { printable } from '../../src/report/printable.js'
import { formatSlots } from '../../src/report/slots.js'
import { formatTable } from '../../src/report/table.js'
import { splitAtWidth, visibleWidth } from '../../src/report/visible-width.js'
import { breakWord, wrap } from '../../src/report/wrap.js'

test.each([
  [0, '0 ms'],
  [0.2, '<1 ms'],
  [24.4, '24 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [2001, '2 s'],
  [3210, '3.2 s'],
  [9949, '9.9 s'],
  [9951, '10 s'],
  [41_300, '41 s'],
  [59_700, '1 min'],
  [72_000, '1 min 12 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [-3, '0 ms'],
  [null, 'not measured'],
  [Number.NaN, 'not measured'],
  [Number.POSITIVE_INFINITY, 'not measured'],
])('%s milliseconds read %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('slots show what is used, what is free, and what goes beyond', () => {
  const unicode = { unicode: true }
  expect(formatSlots(0, 6, unicode)).toBe('□□□□□□')
  expect(formatSlots(1, 6, unicode)).toBe('■□□□□□')
  expect(formatSlots(6, 6, unicode)).toBe('■■■■■■')
  expect(formatSlots(8, 6, unicode)).toBe('■■■■■■ +2')
  expect(formatSlots(2, 6, { unicode: false })).toBe('##....')
})

test('words agree with their number', () => {
  expect([count(0, 'tab'), count(1, 'tab'), count(2, 'tab')]).toEqual(['0 tabs', '1 tab', '2 tabs'])
  expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'], 'or')]).toEqual([
    '',
    'a',
    'a and b',
    'a, b or c',
  ])
})

test('printing takes the power from control characters', () => {
  const evil = 'a\u001b[31mb\u009bc\u0007d\u202ee\ud800f\nnext\tcell'
  expect(printable(evil, { unicode: true })).toBe('a\\x1b[31mb\\x9bc\\x07d\\u202ee\\ud800f next cell')
})

test('printing takes the power from commands of a build service, wherever a line may break', () => {
  const shown = (text: string) => printable(text, { unicode: true })
  expect(shown('::error::x ::Add-Mask::y :::set-output name=a::b')).toBe(
    '\\x3a:error::x \\x3a:Add-Mask::y :\\x3a:set-output name=a::b',
  )
  expect(shown('title ##[error]x')).toBe('title \\x23#[error]x')
  expect(shown('[::1]:3000 ::ffff:127.0.0.1 std::string # 2')).toBe('[::1]:3000 ::ffff:127.0.0.1 std::string # 2')
})

test('printing in ASCII keeps what has a likeness', () => {
  expect(printable('“8 tabs” · ≤ 2 s …', { unicode: false })).toBe('"8 tabs" - <= 2 s ...')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text, { unicode: false })).toMatch(/^[\x20-\x7e]*$/)
    }),
  )
})

test('width counts columns, not characters', () => {
  expect(visibleWidth('tab')).toBe(3)
  expect(visibleWidth('e\u0301')).toBe(1)
  expect(visibleWidth('日本')).toBe(4)
  expect(visibleWidth('🚀')).toBe(2)
  expect(splitAtWidth('日本語', 5)).toEqual(['日本', '語'])
})

test('wrapping loses no word and passes no edge', () => {
  expect(wrap('one two three', 9, '  ', '! ')).toEqual(['! one two', '  three'])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 6, max: 80 }), (raw, width) => {
      const text = printable(raw, { unicode: true })
      const lines = wrap(text, width, '  ')
      for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(width)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})

test('breaking a word loses nothing and ends, however narrow the line', () => {
  expect(breakWord('abcdef', 4)).toEqual(['abcd', 'ef'])
  expect(breakWord('日本', 1)).toEqual(['日', '本'])
  expect(breakWord('', 4)).toEqual([''])
})

const plain = createPen({ color: false, unicode: true })

test('columns line up by what is seen', () => {
  const lines = formatTable(
    [{ title: 'name' }, { title: 'ms', align: 'right' }, { title: 'last' }],
    [
      [{ text: '日本' }, { text: '5', mark: 'pass' }, { text: 'a' }],
      [{ text: 'x' }, { text: '12345', mark: 'fail' }, { text: '' }],
    ],
    40,
    plain,
  )
  expect(lines).toEqual(['name         ms  last', '  日本  ✓     5  a', '  x     ✗ 12345'])
})

test('colour changes nothing but colour', () => {
  const rows = [[{ text: 'x' }, { text: '5', mark: 'fail' as const }, { text: '', tone: 'bad' as const }]]
  const columns = [{ title: 'name' }, { title: 'ms' }, { title: 'last' }]
  const coloured = formatTable(columns, rows, 40, createPen({ color: true, unicode: true }))
  expect(coloured.join('\n')).toContain('\u001b[31m')
  expect(coloured.map((line) => line.replace(/\u001b\[\d+m/g, '').trimEnd())).toEqual(
    formatTable(columns, rows, 40, plain),
  )
})

test('a table too wide for the screen becomes a list', () => {
  const rows = [[{ text: 'closes' }, { text: 'a long answer', mark: 'fail' as const }, { text: '' }]]
  const columns = [{ title: 'when it' }, { title: 'answer' }, { title: 'more' }]
  expect(formatTable(columns, rows, 20, plain)).toEqual(['when it', '  closes', '    ✗ answer: a long', '      answer'])
})
