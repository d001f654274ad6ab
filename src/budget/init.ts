/** `sse-coord init`: a config to begin with, and the step of a build that runs it. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { decodeText } from '../config/decode-text.js'
import { SseCoordError } from '../error.js'

export interface InitOptions {
  /** Where the files go. Default: the current folder. */
  cwd?: string
  /** The page to check. Default: `http://localhost:3000/`. */
  url?: string
  /** How the app is started, or false where it is to run already. Default: as `guessProject` says. */
  start?: string | false
  /** Which build service gets a step. Default: as `guessProject` says. */
  ci?: 'github' | 'gitlab' | 'none'
  /** Write over files that are there. Default: false. */
  overwrite?: boolean
}

/** What a folder tells of the project in it. */
export interface ProjectGuess {
  url: string
  /** `npm start` where package.json has such a script, else false: the app is to run already. */
  start: string | false
  /** `github` where there is a folder `.github` or none of the others. */
  ci: 'github' | 'gitlab'
}

/** What `initProject` takes for what it is not told. */
export async function guessProject(cwd: string = process.cwd()): Promise<ProjectGuess> {
  const { scripts } = await readManifest(cwd)
  return { url: usualUrl, start: scripts?.start ? 'npm start' : false, ci: guessCi(cwd) }
}

/** What became of one file. */
export interface WrittenFile {
  /** Relative to the folder. */
  file: string
  state: 'written' | 'overwritten' | 'kept'
}

/**
 * Writes the files, and says of each what became of it. A file that is there is kept unless `overwrite` says otherwise.
 *
 * @throws SseCoordError `cannot-write`; `bad-option` for an address that is none.
 */
export async function initProject(options: InitOptions = {}): Promise<WrittenFile[]> {
  const { cwd = process.cwd(), overwrite = false } = options
  const { url, start, ci } = { ...(await guessProject(cwd)), ...given(options) }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new SseCoordError('bad-option', `“${url}” is not the address of a page.`, {
      hint: 'Give it in full, as in http://localhost:3000/.',
    })
  }
  const manifest = await readManifest(cwd)
  const config = configName(cwd, manifest)
  const files = [{ file: config, text: config.endsWith('.json') ? jsonText(url, start) : configText(url, start) }]
  if (ci === 'github') files.push({ file: path.join('.github', 'workflows', 'sse-coord.yml'), text: githubText() })
  if (ci === 'gitlab') files.push({ file: gitlabFile, text: gitlabText() })
  const written: WrittenFile[] = []
  for (const { file, text } of files) written.push({ file, state: await write(path.join(cwd, file), text, overwrite) })
  return written
}

const usualUrl = 'http://localhost:3000/'

/** Beside the project’s own, which includes it. */
const gitlabFile = '.gitlab-ci.sse-coord.yml'

/** What is not undefined. */
function given({ url, start, ci }: InitOptions): Pick<InitOptions, 'url' | 'start' | 'ci'> {
  return { ...(url !== undefined && { url }), ...(start !== undefined && { start }), ...(ci !== undefined && { ci }) }
}

interface Manifest {
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

async function readManifest(cwd: string): Promise<Manifest> {
  try {
    return JSON.parse(decodeText(await readFile(path.join(cwd, 'package.json')))) as Manifest
  } catch {
    return {}
  }
}

/** The config that is there already, else one in the project’s language. */
function configName(cwd: string, { dependencies, devDependencies }: Manifest): string {
  const there = ['ts', 'mts', 'js', 'mjs', 'json']
    .map((extension) => `sse-coord.config.${extension}`)
    .find((name) => existsSync(path.join(cwd, name)))
  if (there) return there
  const isTyped = existsSync(path.join(cwd, 'tsconfig.json')) || 'typescript' in { ...dependencies, ...devDependencies }
  return `sse-coord.config.${isTyped ? 'ts' : 'mjs'}`
}

function configText(url: string, start: string | false): string {
  const { pathname, search, origin } = new URL(url)
  const page = start ? pathname + search : url
  return [
    "import { defineConfig } from 'sse-coord'",
    '',
    'export default defineConfig({',
    ...(start
      ? [
          '  // Started before the pages are opened, and ended with its children afterwards.',
          `  start: { command: ${quote(start)}, url: ${quote(`${origin}/`)}, timeout: '60s' },`,
        ]
      : [
          '  // Where check is to start the app, as in CI:',
          `  // start: { command: 'npm start', url: ${quote(`${origin}/`)} },`,
        ]),
    `  pages: [${quote(page)}],`,
    '  tabs: 8,',
    '  budget: {',
    '    streamsPerTab: 1,',
    '    // With all tabs open. Over HTTP/1.1 six plain streams fill the connections, and a seventh tab waits.',
    '    stalledRequests: 0,',
    '  },',
    '})',
    '',
  ].join('\n')
}

/** The same where comments are not allowed. */
function jsonText(url: string, start: string | false): string {
  const { pathname, search, origin } = new URL(url)
  const config = {
    ...(start && { start: { command: start, url: `${origin}/`, timeout: '60s' } }),
    pages: [start ? pathname + search : url],
    tabs: 8,
    budget: { streamsPerTab: 1, stalledRequests: 0 },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`
}

function guessCi(cwd: string): 'github' | 'gitlab' {
  const has = (name: string) => existsSync(path.join(cwd, name))
  const isGitlab = (has('.gitlab-ci.yml') || has(gitlabFile)) && !has('.github')
  return isGitlab ? 'gitlab' : 'github'
}

function githubText(): string {
  return `name: sse-coord
on: [push, pull_request]
permissions:
  contents: read
jobs:
  streams:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      # Chrome is on this image. Failures stand at the lines that opened the streams, and in the summary of the run.
      - run: npx sse-coord check --reporter pretty --reporter html=sse-coord.html
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: sse-coord
          path: sse-coord.html
`
}

function gitlabText(): string {
  return `# Add to .gitlab-ci.yml:  include: ${gitlabFile}
sse-coord:
  image: node:22-bookworm
  script:
    - apt-get update && apt-get install -y --no-install-recommends chromium
    - npm ci
    - npx sse-coord check --reporter pretty --reporter junit=sse-coord.xml --reporter html=sse-coord.html
  artifacts:
    when: always
    paths: [sse-coord.html]
    reports:
      junit: sse-coord.xml
`
}

async function write(file: string, text: string, overwrite: boolean): Promise<WrittenFile['state']> {
  const isThere = existsSync(file)
  if (isThere && !overwrite) return 'kept'
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text, { flag: overwrite ? 'w' : 'wx' })
    return isThere ? 'overwritten' : 'written'
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SseCoordError('cannot-write', `'${file}' could not be written: ${reason}.`, { cause })
  }
}
