import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { open } from '../server/support/reader.js'
import { until } from '../server/support/until.js'
import { startMock } from './start-mock.js'

function file(name: string, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-payload-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}

test('a file that is saved anew is used as it is then, and one that is broken as it was', async () => {
  const notes: string[] = []
  const name = file('events.ndjson', '{"old":1}\n{"old":2}\n')
  const mock = await startMock({ payloadFile: name, everyMs: 5, onNote: (line) => notes.push(line) })
  const reader = await open(`${mock.url}/events?room=7`)
  const latest = () => reader.events.at(-1)?.data
  await reader.received(2)
  // With which of the two it begins depends on when the reader has come.
  const first = reader.events.slice(0, 2).map(({ data }) => data)
  expect(first.sort()).toEqual(['{"old":1}', '{"old":2}'])
  writeFileSync(name, '{"new":"{{query.room}}"}\n')
  await until(() => latest() === '{"new":"7"}')
  writeFileSync(name, '{{sequence}}\n')
  await until(() => notes.length === 2)
  rmSync(name)
  await until(() => notes.length === 3)
  writeFileSync(name, '') // as editors do for a moment
  await reader.received(reader.events.length + 100)
  expect(latest()).toBe('{"new":"7"}')
  writeFileSync(name, '"back"\n')
  await until(() => latest() === '"back"')
  expect(notes).toEqual([
    `${name} has changed, and is used as it is now.`,
    expect.stringContaining(`${name} has changed, and is used as it was: A payload has no {{sequence}}`),
    expect.stringContaining('there is no such file'),
    `${name} has changed, and is used as it is now.`,
  ])
})

test('a model says what the file says by then', async () => {
  const name = file('answer.txt', 'yes\n')
  const mock = await startMock({ profile: 'llm', payloadFile: name, llm: { firstToken: 0, tokensPerSecond: 1000 } })
  const answer = async () => (await fetch(`${mock.url}/events`)).text()
  expect(await answer()).toContain('yes')
  writeFileSync(name, 'certainly not\n')
  await expect.poll(answer, { timeout: 10_000 }).toContain('certain')
})

test('data comes from one place', async () => {
  const name = file('a.txt', 'a')
  await expect(startMock({ payload: 'b', payloadFile: name })).rejects.toThrow('from payload or from payloadFile')
  await expect(startMock({ payloadFile: file('b.ndjson', '\n') })).rejects.toThrow('has no line')
  await expect(startMock({ payloadFile: `${name}.gone` })).rejects.toMatchObject({
    code: 'bad-option',
    message: `The payload '${name}.gone' cannot be read: there is no such file.`,
  })
})
