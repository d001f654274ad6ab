// What an app's bundle grows by, minified and gzipped, and what of that each part is. node bench/coordinator/size.mjs
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))
const room = path.join(here, '..', '..', 'src', 'coordinator')
const both = "export { SSECoordinator, SharedEventSource } from '../../src/coordinator/index.ts'"

const entries = {
  'sse-coord/coordinator, both classes': both,
  '  SharedEventSource alone': "export { SharedEventSource } from '../../src/coordinator/index.ts'",
  '  SSECoordinator alone': "export { SSECoordinator } from '../../src/coordinator/index.ts'",
  'sse-coord/coordinator/native': "export * from '../../src/coordinator/native.ts'",
  'sse-coord/coordinator/shared-worker': "export * from '../../src/coordinator/shared-worker.ts'",
  'tab-election': "export * from 'tab-election'",
  'broadcast-channel with election': "export { BroadcastChannel, createLeaderElection } from 'broadcast-channel'",
}

/** What is left out to see what it costs. */
const parts = {
  'SSECoordinator: callbacks, JSON, the server kit’s events': ['sse-coordinator'],
  '  of that the check of every option': ['options'],
  'SharedEventSource: the EventSource interface': ['shared-source', 'shared-event-source'],
  'fetch: headers, 401, redirects, refusals, reading': ['open-fetch'],
  '  of that the reading of the event stream': ['read-stream'],
  'the native EventSource, for other origins': ['open-native'],
  'reconnection: backoff, Retry-After, sleep, online': ['keep-open'],
  'Web Locks, and electing without them': ['elect-by-lock', 'elect-by-question', 'elect-alone'],
  'what passes for a message': ['message'],
  'memory of the last events': ['history'],
  'all that a member is: also hand-over, resume, late joiners': ['member'],
}

/** Replaces modules by empty functions under the same names. */
const without = (names) => ({
  name: 'without',
  setup({ onLoad }) {
    const files = new Set(names.map((name) => path.join(room, `${name}.ts`)))
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (!files.has(file)) return undefined
      const text = await readFile(file, 'utf8')
      const exported = [...text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].map(([, name]) => name)
      return { contents: exported.map((name) => `export const ${name} = function () {}`).join('\n'), loader: 'js' }
    })
  },
})

async function sizeOf(contents, leftOut = []) {
  const result = await build({
    stdin: { contents, resolveDir: here, loader: 'ts' },
    plugins: [without(leftOut)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    write: false,
    logLevel: 'silent',
  }).catch(() => undefined)
  return result && gzipSync(result.outputFiles[0].contents, { level: 9 }).length
}

for (const [name, contents] of Object.entries(entries)) {
  const bytes = await sizeOf(contents)
  console.log(`${name.padEnd(60)} ${bytes ? `${bytes} B` : 'not installed: npm install in this folder'}`)
}
console.log('\nOf both classes, what leaving a part out saves (the parts share words, so they do not add up):')
const whole = await sizeOf(both)
for (const [name, leftOut] of Object.entries(parts)) {
  console.log(`${name.padEnd(60)} ${whole - (await sizeOf(both, leftOut))} B`)
}
