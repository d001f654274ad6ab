import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { createProcess } from './fake-process.js'

async function helpOf(...args: string[]): Promise<string> {
  const process = createProcess([...args, '--help'])
  expect(await run(process)).toBe(0)
  return process.stdout.text
}

const commands = ['doctor', 'check', 'mock', 'proxy', 'tail', 'record', 'init', 'explain', 'info']

test('the help names every command, once', async () => {
  const text = await helpOf()
  for (const command of commands) expect(text.match(new RegExp(`^ {2}${command} `, 'gm')), command).toHaveLength(1)
})

test.each(commands)('the help of %s fits 80 columns and has two examples', async (command) => {
  const text = await helpOf(command)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text.match(/^ {2}\$ sse-coord /gm)?.length).toBeGreaterThanOrEqual(2)
})

test.each(['tail', 'record'])('%s without what it needs says so in one sentence', async (command) => {
  const process = createProcess([command])
  expect(await run(process)).toBe(2)
  expect(process.stderr.text).toMatch(
    new RegExp(`^sse-coord ${command} needs its url.*: see sse-coord ${command} --help\\.\n$`),
  )
})
