import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readBaseline } from '../../src/budget/baseline.js'
import { guessProject } from '../../src/budget/init.js'
import { run } from '../../src/cli/index.js'
import { loadConfig } from '../../src/config/load-config.js'
import { createPayloadSource } from '../../src/mock/payload-source.js'
import { loadRecording } from '../../src/recording/index.js'
import { createProcess } from '../cli/fake-process.js'

/** A text as programs on Windows may write it. */
const encodings: [name: string, encode: (text: string) => Buffer][] = [
  ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, the high byte first', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
]

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sse-coord-encodings-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe.each(encodings)('a file in %s is read', (_, encode) => {
  async function write(name: string, text: string): Promise<string> {
    await writeFile(path.join(folder, name), encode(text.replaceAll('\n', '\r\n')))
    return path.join(folder, name)
  }

  test('as a recording', async () => {
    const lines = [
      '{"ssecast":1}',
      '{"at":0,"kind":"open","status":200}',
      '{"at":1,"kind":"chunk","text":"data: é\\n\\n"}',
    ]
    for (const file of [await write('a.ssecast', lines.join('\n')), await write('a.sse', 'data: é\n\n')]) {
      const [connection] = (await loadRecording(file)).connections
      const text = Buffer.concat((connection?.chunks ?? []).map(({ bytes }) => bytes)).toString()
      expect(text).toMatch(/data: é\r?\n\r?\n$/)
    }
  })

  test('as a payload, a baseline, a config and a package.json', async () => {
    const payloadFile = await write('p.json', '{"price": "é"}\n')
    const source = createPayloadSource({ payloads: [], payloadFile, onNote: () => {} })
    expect(source.templates().map(({ text }) => text)).toEqual(['{"price": "é"}'])
    const baseline = { schema: 'sse-coord/baseline@1', figures: [] }
    expect(await readBaseline(await write('b.json', JSON.stringify(baseline)), false)).toEqual(baseline)
    const config = await write('sse-coord.config.json', '{\n "tabs": 3\n}\n')
    expect(await loadConfig(folder, config)).toMatchObject({ settings: { tabs: 3 } })
    await write('package.json', '{ "scripts": { "start": "node app.js" } }')
    expect(await guessProject(folder)).toMatchObject({ start: 'npm start' })
  })

  test('as evidence', async () => {
    const saved = await readFile(new URL('../../fixtures/evidence/retry-missing.fail.json', import.meta.url), 'utf8')
    const process = createProcess(['doctor', '--from', await write('e.json', saved), '--reporter', 'json'])
    await run(process)
    expect(process.stderr.text).toBe('')
    expect(JSON.parse(process.stdout.text)).toMatchObject({ schema: 'sse-coord/report@1' })
  })
})

test('the pages of checks may have the line ends of Windows', async () => {
  vi.resetModules()
  vi.doMock('node:fs/promises', async (original) => {
    const fs = await original<typeof import('node:fs/promises')>()
    const crlf = async (file: URL) => (await fs.readFile(file, 'utf8')).replace(/\r?\n/g, '\r\n')
    return { ...fs, readFile: crlf }
  })
  const { explain } = await import('../../src/doctor/pages.js')
  vi.doUnmock('node:fs/promises')
  expect(await explain('tabs/stall')).toMatchObject({ summary: 'The seventh tab hangs.' })
})
