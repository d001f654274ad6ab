/** The block that a bug report begins with: which versions meet here. Holds no path and no value of a variable. */
import { createRequire } from 'node:module'
import os from 'node:os'
import { findBrowser } from '../browser/index.js'
import { SseCoordError } from '../error.js'
import { tool } from '../package.js'

/** One line: what, and which. `null` where it is not there. */
export interface EnvironmentEntry {
  name: string
  value: string | null
}

/** Variables that change what sse-coord does. Only that they are set is told: a proxy's address may hold a password. */
const variables = [
  ...['SSE_COORD_BROWSER', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH', 'CI', 'GITHUB_ACTIONS'],
  ...['NO_COLOR', 'FORCE_COLOR', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'],
]

/** What a bug report should name. The browser is found but not started. */
export async function describeEnvironment(): Promise<EnvironmentEntry[]> {
  const set = variables.filter((name) => process.env[name])
  return [
    { name: 'sse-coord', value: tool.version },
    { name: 'Node.js', value: process.versions.node },
    { name: 'OpenSSL', value: process.versions.openssl ?? null },
    { name: 'system', value: `${os.type()} ${os.release()} ${process.arch}` },
    { name: 'processors', value: String(os.availableParallelism()) },
    { name: 'browser', value: await describeBrowser() },
    { name: 'puppeteer-core', value: versionOf('puppeteer-core') },
    { name: 'ioredis', value: versionOf('ioredis') },
    { name: 'variables set', value: set.length > 0 ? set.join(', ') : null },
  ]
}

async function describeBrowser(): Promise<string | null> {
  try {
    const { name, source } = await findBrowser()
    return `${name}, ${source}`
  } catch (error) {
    if (error instanceof SseCoordError) return null
    throw error
  }
}

function versionOf(dependency: string): string | null {
  try {
    const manifest = createRequire(import.meta.url)(`${dependency}/package.json`) as { version?: string }
    return manifest.version ?? null
  } catch {
    return null
  }
}
