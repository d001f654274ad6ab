import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { createProcess } from './fake-process.js'

async function runCommand(...args: string[]) {
  const process = createProcess(args)
  const exitCode = await run(process)
  return { exitCode, stdout: process.stdout.text, stderr: process.stderr.text }
}

test('explain prints the page of a check', async () => {
  const { exitCode, stdout } = await runCommand('explain', 'tabs/stall')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^tabs\/stall\n\nSeverity: error\. The seventh tab hangs\.\n\nSymptom\n/)
})

test('explain without an id lists every check', async () => {
  const { stdout } = await runCommand('explain')
  expect(stdout).toMatch(/^tabs\/stall +The seventh tab hangs\.$/m)
})

test('explain with an area lists its checks', async () => {
  const { exitCode, stdout } = await runCommand('explain', 'delivery')
  expect(exitCode).toBe(0)
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]),
  ).toEqual(['delivery/buffered', 'delivery/compressed'])
})

test('an id that is none gets one sentence, a guess and exit code 2', async () => {
  const { exitCode, stdout, stderr } = await runCommand('explain', 'tab/stall')
  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^There is no check 'tab\/stall': did you mean tabs\/stall\?\n/)
})

test('info prints a block to paste', async () => {
  const { exitCode, stdout } = await runCommand('info')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^sse-coord {2,}\d+\.\d+\.\d+\nNode\.js {2,}\d+/)
})
