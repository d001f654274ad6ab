/** The examples of docs/count-streams.md, run as they stand on a real app, with the package as it is packed. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from '../../src/browser/index.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'
import { runCli } from '../support/run-cli.js'
import { readExamples } from './support/doc-blocks.js'
import { createPackedFolder } from './support/packed-folder.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = readExamples(path.join(root, 'docs/count-streams.md')).map(({ code }) => code)
const [importLine = '', inPlaywright = '', inOwnBrowser = '', withSteps = '', shape = ''] = examples
const page = `<!doctype html><link rel="icon" href="data:,"><button id="live">live</button><script>
  const events = new EventSource('/events/live')
  document.querySelector('#live').onclick = () => document.body.insertAdjacentHTML('beforeend', '<p class="feed">')
</script>`

describe.runIf(needs('chromium'))('of docs/count-streams.md', () => {
  let folder: string
  beforeAll(() => {
    const packed = createPackedFolder(['@playwright/test'])
    folder = packed.path
    return packed.remove
  }, 300_000)

  const serve = () => serveApp('one-stream', { files: { '/': page } })

  /** Runs Node there, and answers what it has printed. */
  async function runNode(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...environment } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code, output).toBe(0)
    return output
  }

  test('the example for a page of the test passes under Playwright', async () => {
    await using app = await serve()
    expect(inPlaywright).toContain('await using run = await countStreams({ page })')
    const { executablePath } = await findBrowser({ browser: 'chromium' })
    const config = {
      use: {
        baseURL: app.url,
        launchOptions: { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
      },
    }
    writeFileSync(path.join(folder, 'playwright.config.js'), `export default ${JSON.stringify(config)}`)
    writeFileSync(
      path.join(folder, 'streams.spec.ts'),
      `import { expect, test } from '@playwright/test'\n${importLine}${inPlaywright}`,
    )
    const output = await runNode([
      path.join(root, 'node_modules/@playwright/test/cli.js'),
      'test',
      '--reporter',
      'line',
    ])
    expect(output).toContain('1 passed')
  })

  test('the examples for a browser of its own count, and what comes back is what the page shows', async () => {
    await using app = await serve()
    const text = `${importLine}${inOwnBrowser}
      const other = ${withSteps}
      console.log(JSON.stringify([perTab.length, perOrigin, firstStalledTab, await other.count()]))
      await other.close()`
    expect(text.match(/http:\/\/localhost:3000\//g)).toHaveLength(2)
    const { code } = await transform(text.replaceAll('http://localhost:3000/', app.url), {
      loader: 'ts',
      target: 'es2022',
    })
    writeFileSync(path.join(folder, 'own.mjs'), code)
    const [tabs, perOrigin, firstStalledTab, one] = JSON.parse(await runNode(['own.mjs']))
    // Opened one after the other, the last two tabs do not load.
    expect([tabs, perOrigin, firstStalledTab]).toEqual([8, { [new URL(app.url).origin]: 6 }, 7])
    const shown = new Function(`return (${shape})`)()
    expect(Object.keys(one).sort()).toEqual(Object.keys(shown).sort())
    expect(one.perTab[0][0]).toMatchObject({
      kind: 'EventSource',
      context: 'page',
      state: 'open',
      protocol: 'http/1.1',
    })
    for (const [key, value] of Object.entries(shown.perTab[0][0])) {
      expect(typeof one.perTab[0][0][key], key).toBe(typeof value)
    }
    expect(Object.keys(one.perTab[0][0].openedBy).sort()).toEqual(Object.keys(shown.perTab[0][0].openedBy).sort())
    expect(one).toMatchObject({ most: 1, settled: true, blindSpots: [] })
  })

  test('doctor --app knows every check that the page names', async () => {
    await using app = await serve()
    const run = runCli(
      ['doctor', '--app', app.url, '-r', 'json'],
      {},
      path.join(folder, 'node_modules/sse-coord/bin/sse-coord.js'),
    )
    expect(await run.exited, run.stderr()).toBe(1)
    const ids = run.report().findings.map(({ id }) => id)
    const named = [
      'tabs/stall',
      'tabs/streams-per-tab',
      'worker/intercepts',
      'client/dead-after-error-status',
      'client/zombie',
    ]
    expect(ids).toEqual(expect.arrayContaining([...named, 'failover/slow', 'failover/lossy']))
    expect(run.leftBehind()).toEqual({ processes: [], files: [] })
  })
})

test('no example was left out', () => {
  expect(examples).toHaveLength(5)
})
