/** The list of what shows each promise names tests that are there. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

test('every test that docs/coordinator-proof.md names is there', async () => {
  const page = await readFile('docs/coordinator-proof.md', 'utf8')
  const rows = [...page.matchAll(/^\|.*\| `(.+?)` +\| `(test\/.+?)` +\|$/gm)]
  expect(rows.length).toBeGreaterThan(50)
  for (const [, name = '', file = ''] of rows) expect(await readFile(file, 'utf8'), file).toContain(name)
})
