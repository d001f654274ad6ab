/** Bundles the sources of one of fixtures/apps as its build would, with a source map. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface BundleOptions {
  minify?: boolean
  /** A file beside the bundle, or inside it. Default: beside it. */
  map?: 'external' | 'inline'
}

/** The files to serve: `/app.js`, and its map where it is one. */
export async function bundleApp(
  name: string,
  entry: string,
  options: BundleOptions = {},
): Promise<Record<string, string>> {
  const folder = fileURLToPath(new URL(`../../fixtures/apps/${name}/`, import.meta.url))
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: 'app.js',
    bundle: true,
    write: false,
    minify: options.minify ?? false,
    sourcemap: options.map === 'inline' ? 'inline' : 'linked',
    define: { 'process.env.NODE_ENV': '"development"' },
    jsx: 'automatic',
    logLevel: 'silent',
  })
  return Object.fromEntries(
    outputFiles.map((file) => [file.path.endsWith('.map') ? '/app.js.map' : '/app.js', file.text]),
  )
}
