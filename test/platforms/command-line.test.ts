import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { greeting } from '../../src/cli/commands/mock/greeting.js'
import { configFault } from '../../src/config/config-fault.js'
import type { Mock, MockProfile } from '../../src/index.js'
import { listen } from '../../src/listening/index.js'
import { createMock } from '../../src/mock/index.js'
import { createPen } from '../../src/report/index.js'

const pen = createPen({ color: false, unicode: true })

/** What `mock` says on that system: its lines by their names. */
function linesOn(platform: string, profile: MockProfile): Record<string, string> {
  const mock = {
    url: 'http://127.0.0.1:4000',
    paths: ['/events'],
    token: 'a_b-c',
    port: 4000,
    faults: { list: () => [] },
  }
  const text = greeting(mock as unknown as Mock, { http2: false, profile, platform }, pen)
  return Object.fromEntries([...text.matchAll(/^ {2}(\w+) +(.*)$/gm)].map(([, name, line]) => [name, line]))
}

/** The words of a line as programs on Windows read them: double quotes, and backslashes before them. */
function wordsOnWindows(line = ''): string[] {
  return [...line.matchAll(/(?:"((?:\\"|[^"])*)"|\S)+/g)].map(([word]) =>
    word.replace(/^"(.*)"$/, '$1').replaceAll('\\"', '"'),
  )
}

test('the lines to type are for the shells of the system', () => {
  const shells = linesOn('linux', 'stream')
  expect(shells.publish).toBe(`curl -d '{"data": "hello"}' http://127.0.0.1:4000/publish`)
  expect(shells.faults).toBe(`curl -d cut@event=3 -H 'Authorization: Bearer a_b-c' http://127.0.0.1:4000/faults`)
  const windows = linesOn('win32', 'stream')
  expect(windows.publish).toBe('curl.exe -d hello http://127.0.0.1:4000/publish')
  expect(windows.faults).toBe(`curl.exe -d cut@event=3 -H "Authorization: Bearer a_b-c" http://127.0.0.1:4000/faults`)
  expect(Object.values({ ...linesOn('win32', 'mcp'), ...linesOn('win32', 'llm') }).join()).not.toContain("'")
})

test('on Windows too each body is one word, and JSON', () => {
  for (const line of [linesOn('win32', 'mcp').try, linesOn('win32', 'mcp').publish, linesOn('win32', 'llm').try]) {
    const words = wordsOnWindows(line)
    expect(JSON.parse(words[words.indexOf('-d') + 1] ?? '')).toBeTypeOf('object')
  }
})

test('a port that Windows keeps for itself is not said to be too low', async () => {
  const server = createServer()
  server.listen = () => {
    throw Object.assign(new Error('listen EACCES: permission denied 127.0.0.1:8080'), { code: 'EACCES' })
  }
  const hintFor = (port: number) =>
    listen(server, '127.0.0.1', port).then(
      () => '',
      ({ hint }) => hint as string,
    )
  expect(await hintFor(8080)).toContain('excludedportrange')
  expect(await hintFor(80)).toBe('Choose a port above 1023, or 0 for any free one.')
})

test('what Git Bash has made of a path is told from a wrong path', async () => {
  const made = 'C:/Program Files/Git/events'
  const hint = expect.stringContaining('MSYS_NO_PATHCONV=1')
  await expect(createMock({ paths: [made] })).rejects.toMatchObject({ code: 'bad-option', hint })
  await expect(createMock({ faults: [`cut@path=${made}`] })).rejects.toMatchObject({ code: 'bad-option', hint })
  await expect(createMock({ paths: ['events'] })).rejects.toMatchObject({ code: 'bad-option', hint: undefined })
})

test('the line of a config that throws is found, with slashes of either kind', () => {
  const error = new Error('no')
  error.stack = 'Error: no\n    at file:///C:/Users/me/app/sse-coord.config.ts:7:9\n    at next'
  expect(configFault('C:\\Users\\me\\app\\sse-coord.config.ts', error).message).toMatch(
    /config\.ts:7: reading it threw no\.$/,
  )
})
