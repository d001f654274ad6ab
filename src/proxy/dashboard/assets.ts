/** The files of the page, as they were built, and the headers that keep them to themselves. */
import { readFile } from 'node:fs/promises'
import { packageRoot } from '../../package.js'

/** A file, ready to be sent. */
export interface Asset {
  type: string
  body: Buffer
}

/** Nothing from elsewhere, nothing inline, no frame around it. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const files: [path: string, file: string, type: string][] = [
  ['/', 'dist/dashboard/index.html', 'text/html; charset=utf-8'],
  ['/dashboard.css', 'dist/dashboard/dashboard.css', 'text/css; charset=utf-8'],
  ['/dashboard.js', 'dist/dashboard/dashboard.js', 'text/javascript; charset=utf-8'],
  ['/icon.svg', 'dist/dashboard/icon.svg', 'image/svg+xml'],
  ['/coordinator.js', 'dist/coordinator.global.js', 'text/javascript; charset=utf-8'],
]

/** Reads them all, by path. */
export async function loadAssets(): Promise<Map<string, Asset>> {
  const loaded = await Promise.all(
    files.map(async ([path, file, type]): Promise<[string, Asset]> => {
      return [path, { type, body: await readFile(new URL(file, packageRoot)) }]
    }),
  )
  return new Map(loaded)
}
