/** A folder with nothing in it but the package as it is packed, where the examples of the documentation are run. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface PackedFolder {
  path: string
  remove(): void
}

/**
 * Packs and installs; takes some ten seconds.
 *
 * @param packages of ours, linked beside it: what the examples import, and tools with their commands
 */
export function createPackedFolder(packages: readonly string[], flags: readonly string[] = []): PackedFolder {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-docs-'))
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: 'pipe' })
  const tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=peer', ...flags, tarball], {
    cwd: folder,
    stdio: 'pipe',
  })
  for (const name of packages) {
    const link = path.join(folder, 'node_modules', name)
    mkdirSync(path.dirname(link), { recursive: true })
    symlinkSync(path.join(root, 'node_modules', name), link, 'junction')
  }
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
