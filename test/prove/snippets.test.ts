import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from '../../src/browser/index.js'
import { serveApp } from '../support/app-server.js'
import { needs } from '../support/needs.js'
import { runCli } from '../support/run-cli.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const node = JSON.stringify(process.execPath)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-snippets-'))
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The configs of Playwright in docs/check.md. */
function playwrightConfigs(): string[] {
  const text = readFileSync(path.join(root, 'docs/check.md'), 'utf8')
  return [...text.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, code = '']) => (code.includes('use: {') ? [code] : []))
}

/** Writes a suite with that config, and returns the command that runs it. The browser is the one of this machine. */
async function suite(config: string, appUrl: string): Promise<string> {
  const { executablePath } = await findBrowser({ browser: 'chromium' })
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
  const own = config.replaceAll('http://localhost:3000', appUrl)
  write('docs.config.ts', `import { defineConfig } from '@playwright/test'\n${own}`)
  write(
    'playwright.config.ts',
    `import docs from './docs.config.ts'
    const launchOptions = { ...docs.use?.launchOptions, ...${JSON.stringify({ executablePath, args })} }
    export default { ...docs, use: { ...docs.use, launchOptions } }`,
  )
  write(
    'page.spec.ts',
    `import { expect, test } from '@playwright/test'
    test('the page is there', async ({ page }) => {
      await page.goto('/')
      await expect(page.locator('p')).toBeVisible()
      await page.waitForTimeout(500)
    })`,
  )
  const cli = path.join(root, 'node_modules/@playwright/test/cli.js')
  return `${node} ${JSON.stringify(cli)} test --config ${JSON.stringify(path.join(folder, 'playwright.config.ts'))} --reporter line`
}

describe.runIf(needs('chromium'))('the Playwright configs of the docs', () => {
  test.each([
    ['behind the proxy', 0, (url: string) => ['--target', url]],
    ['with a proxy server', 1, () => ['--forward']],
  ])('%s bring the streams of the suite past us', async (_words, index, flags) => {
    await using app = await serveApp('one-stream')
    const origin = new URL(app.url).origin
    const command = await suite(playwrightConfigs()[index] ?? '', origin)
    const limit = ['--max-streams-per-origin', '1', '-r', 'json']
    const run = runCli(['check', '--no-config', '--run', command, ...flags(origin), ...limit])
    expect(await run.exited, run.stderr()).toBe(0)
    expect(run.report().findings).toMatchObject([
      { id: 'budget/streams-per-origin', state: 'pass', target: origin, actual: 1 },
    ])
    run.leftBehind()
  })
})
