/**
 * How many browsers hold connections to a port of ours. A proxy sees connections, not browsers, and each browser has its
 * own six; on Linux the kernel’s tables tell which process holds the other end. Elsewhere nobody does.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'

/** The processes that do the network of a browser: Chromium’s network service, Firefox, WebKit’s network process. */
const browserNames = /^(chrom|headless_shell|msedge|brave|opera|electron|firefox|webkit|epiphany|MiniBrowser)/i

/** Distinct browsers with an open connection to `port` on this machine; null where that cannot be told. */
export async function countBrowsers(port: number): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const sockets = await socketsTo(port)
  if (sockets.size === 0) return 0
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const holds = await Promise.all(pids.map(async (pid) => (await isBrowser(pid)) && (await holdsAny(pid, sockets))))
  return holds.filter(Boolean).length
}

/** The inodes of established sockets whose other end is our port. */
async function socketsTo(port: number): Promise<Set<string>> {
  const inodes = new Set<string>()
  for (const table of ['tcp', 'tcp6']) {
    const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const [, , remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state === '01' && Number.parseInt(remote.split(':')[1] ?? '', 16) === port) inodes.add(inode)
    }
  }
  return inodes
}

async function isBrowser(pid: string): Promise<boolean> {
  return browserNames.test(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''))
}

async function holdsAny(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const files = await readdir(folder).catch(() => [])
  for (const file of files) {
    const link = await readlink(`${folder}/${file}`).catch(() => '')
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
    if (inode !== undefined && inodes.has(inode)) return true
  }
  return false
}
