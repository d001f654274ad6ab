/** What the installed package says of itself: name, version, and where its files lie. */
import { readFileSync } from 'node:fs'

/** The package's folder, as a file URL that ends in a slash. The same from `src/` and from `dist/`. */
export const packageRoot: URL = new URL('../', import.meta.url)

const manifest = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as { version: string }

/** The `tool` entry of every report. */
export const tool: { name: 'sse-coord'; version: string } = { name: 'sse-coord', version: manifest.version }
