import { afterEach, expect, test, vi } from 'vitest'
import { describeEnvironment } from '../../src/doctor/environment.js'

afterEach(() => vi.unstubAllEnvs())

const entry = async (name: string) => (await describeEnvironment()).find(({ name: own }) => own === name)?.value

test('tells versions', async () => {
  expect(await entry('Node.js')).toBe(process.versions.node)
  expect(await entry('puppeteer-core')).toMatch(/^24\./)
})

test('tells that a variable is set, and not to what', async () => {
  vi.stubEnv('HTTP_PROXY', 'http://ada:secret@127.0.0.1:1')
  expect(await entry('variables set')).toContain('HTTP_PROXY')
  expect(JSON.stringify(await describeEnvironment())).not.toContain('secret')
})

test('a machine without a browser has none', async () => {
  vi.stubEnv('SSE_COORD_BROWSER', '/nowhere/at/all')
  expect(await entry('browser')).toBeNull()
})
