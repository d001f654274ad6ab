import { existsSync, readFileSync } from 'node:fs'

const established = '01'

/** How many connections to a local port the kernel calls established; `undefined` where there is no such list (Linux has it). */
export function establishedAt(port: number): number | undefined {
  if (!existsSync('/proc/net/tcp')) return undefined
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === established).length
}
