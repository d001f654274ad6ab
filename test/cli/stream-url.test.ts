import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { parseStreamUrl } from '../../src/cli/options/stream-url.js'
import { createProcess } from './fake-process.js'

test.each([
  ['http://localhost:3000/events', 'http://localhost:3000/events'],
  ['HTTPS://example.com/events?room=1', 'https://example.com/events?room=1'],
  ['localhost:3000/events', 'http://localhost:3000/events'],
  ['localhost', 'http://localhost/'],
  ['127.0.0.1:8080?x=1', 'http://127.0.0.1:8080/?x=1'],
  ['[::1]:3000/events', 'http://[::1]:3000/events'],
  [':3000/events', 'http://localhost:3000/events'],
])('%s is %s', (text, url) => {
  expect(parseStreamUrl(text).href).toBe(url)
})

const refused = [
  ['file', "'file' is no URL of a stream, such as http://localhost:3000/events."],
  ['nowhere.txt', "'nowhere.txt' lacks its scheme: https://nowhere.txt"],
  ['example.com:8443/events', "'example.com:8443/events' lacks its scheme: https://example.com:8443/events"],
  ['localhosts', "'localhosts' is no URL of a stream, such as http://localhost:3000/events."],
  ['./events.txt', "'./events.txt' is no URL of a stream, such as http://localhost:3000/events."],
  ['/events', "'/events' is no URL of a stream, such as http://localhost:3000/events."],
  ['C:\\events.txt', "'C:\\events.txt' is no URL of a stream, such as http://localhost:3000/events."],
  ['file:///etc/hosts', "'file:///etc/hosts' is no URL of a stream, such as http://localhost:3000/events."],
  ['http://', "'http://' is no URL of a stream, such as http://localhost:3000/events."],
  ['ftp://ada:hush@a/b', "'ftp://***@a/b' is not http: or https:, which is all that EventSource can open."],
] as const

describe.each(['doctor', 'tail', 'record'])('sse-coord %s', (command) => {
  test.each(refused)('%s is a mistake, told in one sentence', async (text, message) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
    const output = command === 'record' ? ['-o', path.join(folder, 'demo.ssecast')] : []
    const process = createProcess([command, text, ...output])
    expect(await run(process)).toBe(2)
    expect(process.stderr.text).toBe(`${message}\n`)
    expect(readdirSync(folder)).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
