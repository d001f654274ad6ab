// Builds the package: TypeScript to unbundled ESM with types, then the browser library as one minified script, what
// runs in its SharedWorker as another, and the page of the proxy's dashboard.

import { spawnSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
process.chdir(root)

/** The compiler's own entry file, run by this Node: no shell and no `.cmd` wrapper, so Windows works alike. */
const compiler = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
)

await rm('dist', { recursive: true, force: true })

const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { stdio: 'inherit' })
if (compiled.status !== 0) process.exit(compiled.status ?? 1)

await build({
  entryPoints: {
    'coordinator.global': 'src/coordinator/global.ts',
    'coordinator.worker': 'src/coordinator/worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  format: 'iife',
  minify: true,
  target: ['es2022'],
  logLevel: 'warning',
})

const page = 'src/proxy/dashboard/page'
await build({
  entryPoints: { dashboard: `${page}/main.ts` },
  outdir: 'dist/dashboard',
  bundle: true,
  format: 'iife',
  minify: true,
  target: ['es2022'],
  logLevel: 'warning',
})
await build({
  entryPoints: [`${page}/dashboard.css`],
  outdir: 'dist/dashboard',
  bundle: true,
  external: ['/icon.svg'],
  minify: true,
  target: ['es2022'],
  logLevel: 'warning',
})
for (const file of ['index.html', 'icon.svg']) await cp(`${page}/${file}`, `dist/dashboard/${file}`)
