// What an app's bundle grows by, minified and gzipped. node bench/coordinator/size.mjs
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))

const entries = {
  'sse-coord/coordinator, all of it': "export * from '../../src/coordinator/index.ts'",
  '  SharedEventSource alone': "export { SharedEventSource } from '../../src/coordinator/shared-event-source.ts'",
  '  SSECoordinator alone': "export { SSECoordinator } from '../../src/coordinator/sse-coordinator.ts'",
  'sse-coord/coordinator/native': "export * from '../../src/coordinator/native.ts'",
  'sse-coord/coordinator/shared-worker': "export * from '../../src/coordinator/shared-worker.ts'",
  'tab-election': "export * from 'tab-election'",
  'broadcast-channel with election': "export { BroadcastChannel, createLeaderElection } from 'broadcast-channel'",
}

for (const [name, contents] of Object.entries(entries)) {
  const result = await build({
    stdin: { contents, resolveDir: here, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    write: false,
    logLevel: 'silent',
  }).catch(() => undefined)
  const bytes = result?.outputFiles[0].contents
  console.log(
    `${name.padEnd(36)} ${bytes ? `${gzipSync(bytes, { level: 9 }).length} B` : 'not installed: npm install in this folder'}`,
  )
}
