import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startChild } from '../../src/budget/child.js'
import { startApp } from '../../src/budget/start-app.js'
import { freePort } from '../support/free-port.js'
import { processesNaming } from '../support/processes.js'

const node = JSON.stringify(process.execPath)
const start = (command: string, onOutput?: (text: string) => void) =>
  startChild({ command, cwd: process.cwd(), env: process.env, ...(onOutput && { onOutput }) })

test('its exit code and its output come through', async () => {
  let output = ''
  await using child = await start(`${node} -e "console.log(6*7);process.exit(3)"`, (text) => {
    output += text
  })
  expect(await child.ended).toBe(3)
  await sleep(50)
  expect(output).toBe('42\n')
  expect(child.lastWords()).toBe('42')
})

test('a line that needs a shell gets one', async () => {
  await using child = await start(`true && exit 7`)
  expect(await child.ended).toBe(7)
})

test('a command that a signal ended has the code that shells give it', async () => {
  await using child = await start(`${node} -e "process.kill(process.pid,'SIGKILL')"`)
  expect(await child.ended).toBe(137)
})

test('a program that is not there is said', async () => {
  await expect(start('no-such-program-at-all --x')).rejects.toThrow(
    "'no-such-program-at-all --x' could not be started: there is no such program.",
  )
})

describe.runIf(process.platform === 'linux')('when it is closed no process is left', () => {
  const mark = () => `sse-coord-test-${Math.random().toString(36).slice(2)}`

  test('not the children, not those that left the group, not those that refuse to end', async () => {
    const name = mark()
    // A child, a grandchild in a session of its own, and one that ignores the request.
    const code = `
      const { spawn } = require('node:child_process')
      const forever = "process.on('SIGTERM',()=>{});setInterval(()=>{},1000)"
      spawn(process.execPath, ['-e', forever, '${name}'], { stdio: 'ignore' })
      spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)', '${name}'], { stdio: 'ignore', detached: true })
      setInterval(() => {}, 1000)
      console.log('up')`
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-child-'))
    writeFileSync(path.join(folder, 'tree.cjs'), code)
    let said = ''
    const child = await start(`${node} "${path.join(folder, 'tree.cjs')}" ${name}`, (text) => {
      said += text
    })
    while (!said.includes('up')) await sleep(20)
    expect(processesNaming(name).length).toBeGreaterThanOrEqual(3)
    await child.close()
    expect(processesNaming(name)).toEqual([])
    rmSync(folder, { recursive: true })
  }, 20_000)

  test('nor when this process exits before, as it does after a second Ctrl-C', async () => {
    const name = mark()
    const before = process.listeners('exit')
    // Its child is in a session of its own, and neither of them ends when asked to.
    const forever = 'process.on(`SIGTERM`,()=>{});setInterval(()=>{},1000)'
    const fork = `require(\`node:child_process\`).spawn(process.execPath,[\`-e\`,process.argv[1]],{stdio:\`ignore\`,detached:true})`
    let said = ''
    const child = await start(`${node} -e '${fork};${forever};console.log(\`up\`)' '${forever}//${name}'`, (text) => {
      said += text
    })
    while (!said.includes('up')) await sleep(20)
    const onExit = process.listeners('exit').filter((listener) => !before.includes(listener))
    for (const listener of onExit) listener(130)
    expect(await child.ended).toBe(137)
    while (processesNaming(name).length > 0) await sleep(20)
    await child.close()
    expect(process.listeners('exit')).toEqual(before)
  }, 20_000)
})

describe('an app', () => {
  const signal = new AbortController().signal
  const app = (code: string, url: string, timeoutMs = 10_000) =>
    startApp({
      command: `${node} -e ${JSON.stringify(code)}`,
      cwd: process.cwd(),
      env: process.env,
      url,
      timeoutMs,
      signal,
    })

  test('is up when it answers, with whatever status, and gone when it is closed', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/`
    const code = `setTimeout(()=>require('http').createServer((q,s)=>{s.statusCode=404;s.end()}).listen(${port},'127.0.0.1'),300)`
    const child = await app(code, url)
    expect((await fetch(url)).status).toBe(404)
    await expect(app(code, url)).rejects.toThrow(`Something answers at ${url} before`)
    await child.close()
    await expect(fetch(url)).rejects.toThrow()
  })

  test('that ends says so, with its last words', async () => {
    const failed = app("console.error('no database');process.exit(4)", 'http://127.0.0.1:9/')
    await expect(failed).rejects.toMatchObject({
      code: 'app-not-started',
      message: expect.stringContaining('ended with exit code 4 before http://127.0.0.1:9/ answered'),
      hint: 'Its last words:\nno database',
    })
  })

  test('that never answers is ended', async () => {
    const failed = app('setInterval(()=>{},1000)', 'http://127.0.0.1:9/', 600)
    await expect(failed).rejects.toThrow('http://127.0.0.1:9/ did not answer within 0.6 s')
  })
})
