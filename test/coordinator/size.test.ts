/** What an app's bundle grows by. Bounds are a few bytes above what there is; docs/decisions/0006 says why it is that much. */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test.each([
  ['all of sse-coord/coordinator', "export * from './index.ts'", 5_758],
  ['SSECoordinator alone', "export { SSECoordinator } from './index.ts'", 5_230],
  ['SharedEventSource alone', "export { SharedEventSource } from './index.ts'", 4_469],
  ['sse-coord/coordinator/native', "export * from './native.ts'", 2_910],
  ['sse-coord/coordinator/shared-worker', "export * from './shared-worker.ts'", 670],
])('%s stays within its budget', async (_name, contents, budget) => {
  const result = await build({
    stdin: { contents, resolveDir: 'src/coordinator', loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    write: false,
  })
  expect(gzipSync(result.outputFiles[0]?.contents ?? '', { level: 9 }).length).toBeLessThanOrEqual(budget)
})
