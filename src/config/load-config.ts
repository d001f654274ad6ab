/** Finds and reads the config of a project: upwards from the folder we are in, as far as the root of its repository. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { lilconfig } from 'lilconfig'
import { SseCoordError } from '../error.js'
import { packageRoot } from '../package.js'
import { configFault, type SyntaxFault } from './config-fault.js'
import { decodeText } from './decode-text.js'
import { homeFolder } from './home-folder.js'
import type { Settings } from './settings.js'
import { validateConfig } from './validate.js'

/** A config that was found. */
export interface LoadedConfig {
  /** Its path. */
  file: string
  settings: Settings
}

const extensions = ['ts', 'mts', 'js', 'mjs', 'json'] as const
const searchPlaces = [...extensions.map((extension) => `sse-coord.config.${extension}`), 'package.json']

/** `import … from 'sse-coord'` works in a config even where the package is not installed beside it, as with npx. */
const alias = { 'sse-coord': fileURLToPath(new URL('dist/index.js', packageRoot)) }

const loaders = {
  ...Object.fromEntries(extensions.map((extension) => [`.${extension}`, loadModule])),
  '.json': loadJson,
}

/**
 * The config for `folder`, or null where there is none.
 *
 * @param file a config that was named; then nothing is searched
 * @throws SseCoordError `bad-config` in one sentence with file and line for what cannot be read, and with the key for what
 * makes no sense.
 */
export async function loadConfig(folder: string, file?: string): Promise<LoadedConfig | null> {
  if (file !== undefined && !existsSync(path.resolve(folder, file))) {
    throw new SseCoordError('bad-config', `There is no config file '${file}'.`, {
      hint: 'npx sse-coord init writes one.',
    })
  }
  homeFolder() // lilconfig asks for it, though it is told where to stop, and fails where there is none
  const searcher = lilconfig('sse-coord', {
    searchPlaces,
    loaders,
    packageProp: 'sse-coord',
    stopDir: searchEnd(folder),
    cache: false,
  })
  const found = file === undefined ? await searcher.search(folder) : await searcher.load(path.resolve(folder, file))
  if (!found) return null
  const name = path.relative(folder, found.filepath) || found.filepath
  const where = path.basename(name) === 'package.json' ? `${name}#sse-coord` : name
  return { file: found.filepath, settings: validateConfig(found.config ?? {}, where) }
}

/** The root of the repository; without one the package’s folder, and without that the folder itself. */
function searchEnd(folder: string): string {
  return upwards(folder, '.git') ?? upwards(folder, 'package.json') ?? folder
}

function upwards(folder: string, name: string): string | undefined {
  if (existsSync(path.join(folder, name))) return folder
  const parent = path.dirname(folder)
  return parent === folder ? undefined : upwards(parent, name)
}

/** It is large, and needed where there is a config alone. */
const loadJiti = () => import('jiti')

async function loadModule(file: string): Promise<unknown> {
  const { createJiti } = await loadJiti()
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false, alias })
  try {
    return defaultOf(await jiti.import<object>(file), file)
  } catch (error) {
    throw configFault(file, error)
  }
}

/** What `module.exports` was given counts as the default export. */
function defaultOf(module: object, file: string): unknown {
  if ('default' in module) return module.default
  throw new SseCoordError('bad-config', `${path.basename(file)}: it has no default export.`, {
    hint: 'It begins with: export default { … }',
  })
}

async function loadJson(file: string): Promise<unknown> {
  const content = decodeText(await readFile(file))
  try {
    return JSON.parse(content)
  } catch (error) {
    throw configFault(file, error, await findJsonFault(content))
  }
}

/** Where JSON stops being JSON: as JavaScript it mostly stops being that at the same place, which is told with its line. */
async function findJsonFault(content: string): Promise<SyntaxFault | undefined> {
  const { createJiti } = await loadJiti()
  const code = createJiti(import.meta.url).transform({ source: `(\n${content}\n)`, filename: 'x.ts', ts: true })
  const fault = /__JITI_ERROR__ = (\{.*\})/.exec(code)?.[1]
  if (fault === undefined) return undefined
  const { line, message } = JSON.parse(fault) as { line: number; message: string }
  return { line: line - 1, what: message }
}

/** The line at which a key stands in a config, best effort: for pointing at a limit. Null where it is not found. */
export async function lineOfKey(file: string, keys: readonly string[]): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '')
  let from = 0
  for (const key of keys) {
    const match = new RegExp(`["']?\\b${key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\b["']?\\s*:`).exec(
      text.slice(from),
    )
    if (!match) return null
    from += match.index
  }
  return text.slice(0, from).split('\n').length
}
