import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import { expect, onTestFinished, test } from 'vitest'
import {
  addRequestOptions,
  type RequestFlags,
  type RequestSettings,
  readRequest,
} from '../../src/cli/options/request.js'

async function read(args: string[], env: Record<string, string> = {}): Promise<RequestSettings> {
  const command = new Command().exitOverride()
  addRequestOptions(command)
  command.parse(args, { from: 'user' })
  return readRequest(command.opts<RequestFlags>(), env)
}

test('without flags a request is a plain GET', async () => {
  expect(await read([])).toEqual({ method: 'GET', headers: [], http: 'auto', insecure: false })
})

test('headers, cookie, token and id come together, in UTF-8 bytes', async () => {
  const args = ['-H', 'X-One: 1', '--header', 'X-Two:zwei: €', '--cookie', 'a=1; b=2', '--bearer-env', 'TOKEN']
  expect(await read([...args, '--http', '2', '--insecure', '--last-event-id', '€'], { TOKEN: 'abc' })).toEqual({
    method: 'GET',
    headers: [
      ['X-One', '1'],
      ['X-Two', 'zwei: \u00e2\u0082\u00ac'],
      ['Cookie', 'a=1; b=2'],
      ['Authorization', 'Bearer abc'],
    ],
    http: 2,
    insecure: true,
    lastEventId: '€',
  })
})

test('a body makes it a POST, and is told as JSON where it is', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'body.bin')
  writeFileSync(file, Uint8Array.of(0xff, 0))
  const json = await read(['--body', '{"a":1}'])
  expect(json).toMatchObject({ method: 'POST', headers: [['Content-Type', 'application/json']] })
  const bytes = await read(['--body', `@${file}`, '--method', 'put', '-H', 'content-type: image/png'])
  expect(bytes).toMatchObject({ method: 'PUT', headers: [['content-type', 'image/png']] })
  expect([...(bytes.body ?? [])]).toEqual([0xff, 0])
})

test('each mistake gets one sentence, and none repeats a secret', async () => {
  const cases: [string[], string][] = [
    [['--header', 'hush'], "--header takes a name and a value, as in --header 'Accept-Language: de'."],
    [['--header', 'X-Key: hush\r\nX: y'], 'The value of --header X-Key holds a line break.'],
    [['--cookie', 'hush'], '--cookie takes names and values, as in --cookie "sid=1; theme=dark".'],
    [
      ['--bearer-env', 'hu.sh'],
      '--bearer-env takes the name of an environment variable, as in --bearer-env API_TOKEN, not the token.',
    ],
    [['--bearer-env', 'hush'], 'The environment variable that --bearer-env names is not set.'],
    [['--cookie', 'a=hush', '-H', 'cookie: b=1'], '--cookie and --header both give Cookie: leave one out.'],
    [['--method', 'GET', '--body', 'x'], 'A GET carries no body: leave --body or --method out.'],
    [['--method', 'trace'], "--method takes a method such as POST, not 'trace'."],
    [['--body', '@/nowhere/at/all'], '--body @/nowhere/at/all cannot read the file: there is none.'],
    [['--last-event-id', 'a\nb'], '--last-event-id takes an id, which holds no line break and no NUL.'],
    [['--http', '3'], "--http takes 1, 2 or auto, not '3'."],
  ]
  for (const [args, message] of cases) {
    await expect(read(args), args.join(' ')).rejects.toMatchObject({ code: 'bad-option', message })
    expect(message).not.toContain('hush')
  }
})
