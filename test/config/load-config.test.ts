import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineOfKey, loadConfig } from '../../src/config/load-config.js'
import { SseCoordError } from '../../src/error.js'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-config-'))
  await mkdir(path.join(root, 'repository', '.git'), { recursive: true })
  await mkdir(path.join(root, 'repository', 'app', 'src'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true }))

const at = (...parts: string[]) => path.join(root, 'repository', ...parts)

async function fault(file: string, content: string): Promise<string> {
  await writeFile(at('app', file), content)
  const error = await loadConfig(at('app')).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(SseCoordError)
  const { message, code } = error as SseCoordError
  expect(code).toBe('bad-config')
  expect(message).not.toContain('\n')
  return message.replaceAll(path.relative(process.cwd(), at('app')) + path.sep, '')
}

describe('a config is read from', () => {
  test.each([
    ['sse-coord.config.ts', 'const tabs: number = 3\nexport default { tabs }'],
    ['sse-coord.config.mts', 'export default { tabs: 3 as number }'],
    ['sse-coord.config.js', 'module.exports = { tabs: 3 }'],
    ['sse-coord.config.mjs', 'export default { tabs: 3 }'],
    ['sse-coord.config.json', '{ "tabs": 3 }'],
    ['package.json', '{ "name": "x", "sse-coord": { "tabs": 3 } }'],
  ])('%s', async (file, content) => {
    await writeFile(at('app', file), content)
    expect(await loadConfig(at('app'))).toEqual({ file: at('app', file), settings: { tabs: 3 } })
  })

  test('a folder further up, but not above the root of the repository', async () => {
    await writeFile(path.join(root, 'sse-coord.config.json'), '{ "tabs": 1 }')
    expect(await loadConfig(at('app', 'src'))).toBeNull()
    await writeFile(at('sse-coord.config.json'), '{ "tabs": 2 }')
    expect((await loadConfig(at('app', 'src')))?.settings).toEqual({ tabs: 2 })
    await writeFile(at('app', 'sse-coord.config.json'), '{ "tabs": 3 }')
    expect((await loadConfig(at('app', 'src')))?.settings).toEqual({ tabs: 3 })
  })

  test('the file that was named, wherever it is', async () => {
    await writeFile(path.join(root, 'other.json'), '{ "tabs": 7 }')
    expect((await loadConfig(at('app'), '../../other.json'))?.settings).toEqual({ tabs: 7 })
  })

  test('a file that imports defineConfig, where the package is not installed', async () => {
    await writeFile(
      at('app', 'sse-coord.config.ts'),
      "import { defineConfig } from 'sse-coord'\nexport default defineConfig({ tabs: 4 })",
    )
    expect((await loadConfig(at('app')))?.settings).toEqual({ tabs: 4 })
  })
})

test('a package.json without our key is no config', async () => {
  await writeFile(at('app', 'package.json'), '{ "name": "x" }')
  expect(await loadConfig(at('app'))).toBeNull()
})

describe('what cannot be read is told in one sentence with its line', () => {
  test('TypeScript', async () => {
    const text = 'export default {\n  tabs: 3,\n  pages: [1, 2\n}'
    expect(await fault('sse-coord.config.ts', text)).toBe('sse-coord.config.ts:4: Unexpected token, expected ",".')
  })

  test('JavaScript', async () => {
    expect(await fault('sse-coord.config.mjs', 'export default {\n  tabs: ;\n}')).toBe(
      'sse-coord.config.mjs:2: Unexpected token.',
    )
  })

  test('JSON', async () => {
    expect(await fault('sse-coord.config.json', '{\n  "tabs": 3,\n  "pages": ]\n}')).toBe(
      'sse-coord.config.json:3: Unexpected token.',
    )
    expect(await fault('sse-coord.config.json', '{ "tabs": 3, }')).toMatch(/^sse-coord\.config\.json: .*JSON/)
  })

  test('a config that throws, or imports what is not there', async () => {
    expect(await fault('sse-coord.config.ts', 'const a = 1\nthrow new Error("no such thing")')).toBe(
      'sse-coord.config.ts:2: reading it threw no such thing.',
    )
    expect(await fault('sse-coord.config.ts', 'import a from "nowhere-at-all"\nexport default { tabs: a }')).toMatch(
      /^sse-coord\.config\.ts.*: it imports 'nowhere-at-all', which is not there\.$/,
    )
  })

  test.each(['mjs', 'ts'])('a .%s without a default export', async (extension) => {
    const name = `sse-coord.config.${extension}`
    expect(await fault(name, 'export const tabs = 3')).toBe(`${name}: it has no default export.`)
  })

  test('a value of the wrong kind, in package.json', async () => {
    expect(await fault('package.json', '{ "sse-coord": { "tabs": "x" } }')).toBe(
      'package.json#sse-coord: tabs takes a whole number from 1 to 50, as in tabs: 8, not "x".',
    )
  })

  test('a file that was named and is not there', async () => {
    await expect(loadConfig(at('app'), 'nowhere.ts')).rejects.toThrow("There is no config file 'nowhere.ts'.")
  })
})

test('the line of a key is found', async () => {
  const file = at('app', 'sse-coord.config.ts')
  await writeFile(file, 'export default {\n  tabs: 3,\n  budget: {\n    streamsPerTab: 1,\n  },\n}')
  expect(await lineOfKey(file, ['budget', 'streamsPerTab'])).toBe(4)
  expect(await lineOfKey(file, ['budget', 'lostEvents'])).toBeNull()
})
