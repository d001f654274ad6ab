import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** The rooms of the house, from the top down. A room imports from lower lines only, never from its own line or above. */
const floors = [
  ['cli'],
  ['index.ts'],
  ['report', 'budget'],
  ['doctor'],
  ['browser'],
  ['mock', 'proxy', 'probe', 'follow'],
  ['client', 'faults', 'listening', 'recording', 'server'],
  ['config', 'evidence'],
  ['sse'],
  ['error.ts', 'package.ts'],
]

/** Rooms that may see less than what lies below them. */
const seesOnly: Record<string, string[]> = {
  coordinator: ['sse'],
  report: ['evidence'],
  sse: [],
}

const source = path.resolve(import.meta.dirname, '../src')
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room))
const roomOf = (file: string) => path.relative(source, file).split(path.sep)[0] ?? ''

interface Import {
  file: string
  from: string
  to: string
}

function importsOf(file: string): { relative: string[]; bare: string[] } {
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  )
  return {
    relative: specifiers.filter((specifier) => specifier.startsWith('.')),
    bare: specifiers.filter((specifier) => !specifier.startsWith('.')),
  }
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join(source, name))

const imports: Import[] = files.flatMap((file) =>
  importsOf(file)
    .relative.map((specifier) => path.resolve(path.dirname(file), specifier.replace(/\.js$/, '.ts')))
    .filter((target) => roomOf(target) !== roomOf(file))
    .map((target) => ({ file: path.relative(source, file), from: roomOf(file), to: roomOf(target) })),
)

test('every room is on a floor', () => {
  const rooms = new Set(files.map(roomOf))
  rooms.delete('coordinator')
  for (const room of rooms) expect(floorOf(room), `src/${room} has no floor`).toBeGreaterThanOrEqual(0)
})

test('rooms import downwards only', () => {
  const upward = imports.filter(
    ({ from, to }) =>
      from !== 'coordinator' && !seesOnly[from] && (to === 'coordinator' || floorOf(to) <= floorOf(from)),
  )
  expect(upward).toEqual([])
})

test('rooms with a narrow view keep to it', () => {
  const strays = imports.filter(({ from, to }) => seesOnly[from] && !seesOnly[from].includes(to))
  expect(strays).toEqual([])
})

test('checks see evidence, sse and their own tables only', () => {
  const strays = imports.filter(
    ({ file, to }) => file.startsWith(path.join('doctor', 'checks')) && !['evidence', 'sse'].includes(to),
  )
  expect(strays).toEqual([])
})

test('what runs in a page imports nothing of Node and no package', () => {
  for (const file of files.filter((name) => ['coordinator', 'sse'].includes(roomOf(name)))) {
    expect(importsOf(file).bare, path.relative(source, file)).toEqual([])
  }
})

test('nothing inside a room goes in a circle', () => {
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(file).relative.map((specifier) => path.resolve(path.dirname(file), specifier.replace(/\.js$/, '.ts'))),
    ]),
  )
  const done = new Set<string>()
  function walk(file: string, trail: string[]): void {
    expect(trail, `a circle of imports through ${path.relative(source, file)}`).not.toContain(file)
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) walk(next, [...trail, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
})
