/** What package.json and the types promise to compilers older than ours, which is too new to be asked. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const { exports, types, typesVersions } = JSON.parse(readFileSync('package.json', 'utf8'))

test('compilers that read no exports, as with moduleResolution node10, find the same types', () => {
  const found = { '.': [types] as string[] }
  for (const [name, files] of Object.entries(typesVersions['*'])) Object.assign(found, { [`./${name}`]: files })
  const expected = Object.entries<{ types?: string }>(exports).filter(([, target]) => target.types)
  expect(found).toEqual(Object.fromEntries(expected.map(([name, target]) => [name, [target.types]])))
})

test.each(['coordinator', 'server', 'sse'])(
  'no type of %s wants typed arrays with a parameter, new in TypeScript 5.7',
  (room) => {
    const files = readdirSync(`dist/${room}`).filter((name) => name.endsWith('.d.ts'))
    expect(files.length).toBeGreaterThan(2)
    for (const file of files)
      expect(readFileSync(`dist/${room}/${file}`, 'utf8'), file).not.toMatch(/\b(Uint8Array|Buffer)</)
  },
)
