import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.js'
import { serve, steady } from '../support/stream-server.js'

const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs to the end and leaves nothing behind. */
async function doctor(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const run = runCli(['doctor', ...args])
  const code = await run.exited
  expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  return { code, stdout: run.stdout(), stderr: run.stderr() }
}

describe('sse-coord doctor URL', () => {
  test('exits with 0 where nothing is an error, and with 1 where something is', async () => {
    await using sound = await serve(steady())
    await using faulty = await serve(steady({ resumes: false }))
    const [one, other] = await Promise.all([
      doctor(sound.url, '--for', '2500ms'),
      doctor(faulty.url, '--for', '2500ms'),
    ])
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('connection/http-version') })
    expect(other).toMatchObject({ code: 1, stdout: expect.stringMatching(/✗ resume\/ignored|x {2}resume\/ignored/) })
    expect(other.stdout).toContain('Fix these first')
  })

  test('what it saved is judged again to the same report', async () => {
    await using server = await serve(steady())
    const file = path.join(folder, 'evidence.json')
    const first = await doctor(server.url, '--for', '1s', '--save-evidence', file, '-r', 'json')
    const again = await doctor('--from', file, '-r', 'json')
    expect(again.stdout).toBe(first.stdout)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schema: 'sse-coord/evidence@1' })
  })

  test('a host that does not answer is a finding, an address that is none is a mistake', async () => {
    await using gone = await serve(() => {})
    await gone[Symbol.asyncDispose]()
    expect(await doctor(gone.url, '--only', 'retry')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('ECONNREFUSED'),
    })
    expect(await doctor('./events.txt')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]+\n$/),
    })
    expect(await doctor('http://localhost/', '--only', 'retri')).toMatchObject({
      code: 2,
      stderr: "There is no check 'retri': did you mean retry?\n",
    })
  })

  test('Ctrl-C ends it with what it knows, and 130', async () => {
    await using server = await serve(steady())
    const run = runCli(['doctor', server.url, '--for', '60s'])
    while (server.open === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    await new Promise((resolve) => setTimeout(resolve, 500))
    run.child.kill('SIGINT')
    expect(await run.exited).toBe(130)
    expect(run.stdout()).toContain('This run was cut short')
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})
