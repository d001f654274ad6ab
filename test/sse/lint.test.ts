import { expect, test } from 'vitest'
import { createLinter, type LintProblem } from '../../src/sse/lint.js'

const bytes = (text: string) => new TextEncoder().encode(text)

/** What the linter says of a whole stream, fed `size` bytes at a time. */
function lint(stream: string | Uint8Array, { size = 7, ended = false } = {}) {
  const problems: LintProblem[] = []
  const linter = createLinter((problem) => problems.push(problem))
  const all = typeof stream === 'string' ? bytes(stream) : stream
  for (let at = 0; at < all.length; at += size) linter.feed(all.subarray(at, at + size))
  if (ended) linter.end()
  return { problems, linter }
}

test.each([
  ['plain events', 'data: one\n\ndata: two\n\n'],
  ['CRLF', 'id: 1\r\nevent: tick\r\ndata: x\r\n\r\n'],
  ['a byte order mark at the start', '\uFEFFdata: one\n\n'],
  ['a byte order mark and a comment', '\uFEFF: hello\n\ndata: one\n\n'],
  ['comments and retry', ': hb\n\nretry: 3000\n\n:\n\n'],
  ['fields without a colon', 'data\n\n'],
  ['data in several lines', 'data: a\ndata: b\ndata:\n\n'],
  ['an id that is reset', 'id\ndata: x\n\n'],
  ['the address of an image', 'data: data:image/png;base64,AAAA\n\ndata: data:,hello\n\n'],
  ['lines of a log that look like fields', 'data: id: 5\n\ndata: retry: 2 of 5\n\ndata: event: login\n\n'],
  ['an escape in JSON', 'data: {"text":"a\\n\\nb"}\n\n'],
  ['letters beyond ASCII', 'data: żółć 🙂\n\n'],
])('%s have no fault', (_words, stream) => {
  for (const size of [1, 2, 3, 1000]) expect(lint(stream, { size, ended: true }).problems).toEqual([])
})

test.each([
  ['unknown-field', 'data: a\n\nname: b\ndata: c\n\n', 9, 'name'],
  ['misspelt-field', 'Data: a\n\n', 0, 'Data'],
  ['misspelt-field', 'data : a\n\n', 0, 'data '],
  ['stray-line', 'data: {\n  "a": 1\ndata: }\n\n', 8, null],
  ['missing-blank-line', 'id: 1\ndata: a\nid: 2\ndata: b\n\n', 14, 'id'],
  ['block-without-data', 'event: tick\nid: 3\n\n', 0, 'tick'],
  ['id-without-data', 'id: 3\n\n', 0, 'id'],
  ['nul-in-id', 'id: 1\0\ndata: a\n\n', 0, 'id'],
  ['bad-retry', 'retry: 3s\n\n', 0, 'retry'],
  ['nested-field', 'data: a\n\ndata: data: {"a":1}\n\n', 9, 'data'],
  ['nested-field', 'data:data: hello\n\n', 0, 'data'],
  ['late-bom', 'data: a\n\n\uFEFFdata: b\n\n', 9, '\uFEFFdata'],
  ['lone-cr', 'data: a\r\r', 7, null],
] as const)('%s is found, with its place', (kind, stream, atByte, field) => {
  for (const size of [1, 4, 1000]) expect(lint(stream, { size }).problems[0]).toEqual({ kind, atByte, field })
})

test('line breaks that are written with a backslash are found where what is sent ends with them', () => {
  const problem = { kind: 'escaped-break', atByte: 0, field: null }
  expect(lint('data: a\\n\\n', { size: 1000 }).problems).toEqual([problem])
  expect(lint('data: a\\n\\n\n\n', { size: 1000 }).problems).toEqual([])
})

test('bytes that are no UTF-8 are told once, and a letter cut in two is none', () => {
  const bad = new Uint8Array([...bytes('data: a\n\ndata: '), 0xff, ...bytes('\n\ndata: '), 0xff, ...bytes('\n\n')])
  expect(lint(bad, { size: 1 }).problems).toEqual([{ kind: 'invalid-utf8', atByte: 9, field: null }])
  expect(lint(bytes('data: é\n\n').subarray(0, 7), { ended: true }).problems.map(({ kind }) => kind)).toEqual([
    'invalid-utf8',
    'cut-event',
  ])
})

test('an end inside an event is told, and an end after one is not', () => {
  expect(lint('data: a\n\ndata: b\n', { ended: true }).problems).toEqual([
    { kind: 'cut-event', atByte: 9, field: null },
  ])
  expect(lint('data: a\n\n: bye\n', { ended: true }).problems).toEqual([])
})

test('the largest block is measured without being kept, and the middle of one is known', () => {
  const { linter } = lint(`data: a\n\ndata: ${'x'.repeat(100_000)}\n\ndata: b\n\n`, { size: 4096 })
  expect(linter.largestBlock).toBe(100_008)
  expect(linter.insideBlock).toBe(false)
  expect(lint('data: a\n\ndata: b').linter.insideBlock).toBe(true)
})
