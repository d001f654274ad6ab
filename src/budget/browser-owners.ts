/**
 * Which browser holds the other end of a connection. A proxy sees connections, not browsers, and each browser has its own
 * six; on Linux the kernel’s tables tell which process holds the other end. Elsewhere nobody does.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'

/** The processes that do the network of a browser: Chromium’s network service, Firefox, WebKit’s network process. */
const browserNames = /^(chrom|headless_shell|msedge|brave|opera|electron|firefox|webkit|epiphany|MiniBrowser)/i

/** Finds the browsers at the other ends of connections: their process ids, by the port that each connected from. */
export type FindOwners = (clientPorts: readonly number[]) => Promise<ReadonlyMap<number, number>>

/** For the connections to `port` on this machine; `null` where it cannot be told who holds them. */
export function ownersAt(port: number): FindOwners | null {
  if (process.platform !== 'linux') return null
  /** Most connections are of a browser that has one already. */
  let known: readonly number[] = []
  return async (clientPorts) => {
    const left = await socketsTo(port, new Set(clientPorts))
    const owners = new Map<number, number>()
    const lookAt = async (pids: readonly number[]) => {
      await Promise.all(
        pids.map(async (pid) => {
          for (const inode of await socketsOf(pid)) {
            const clientPort = left.get(inode)
            if (clientPort !== undefined) owners.set(clientPort, pid)
          }
        }),
      )
    }
    await lookAt(known)
    if (owners.size < left.size) await lookAt(await browsers())
    known = [...new Set([...known, ...owners.values()])].filter((pid) => isRunning(pid))
    return owners
  }
}

/** The client’s ends of connections to our port, by the inode of the socket. */
async function socketsTo(port: number, clientPorts: ReadonlySet<number>): Promise<Map<string, number>> {
  const inodes = new Map<string, number>()
  for (const table of ['tcp', 'tcp6']) {
    const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', remote = '', , , , , , , inode = '0'] = line.trim().split(/\s+/)
      const clientPort = portOf(local)
      if (inode !== '0' && portOf(remote) === port && clientPorts.has(clientPort)) inodes.set(inode, clientPort)
    }
  }
  return inodes
}

/** Of an address as the kernel writes it, `0100007F:1F90`. */
function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16)
}

async function browsers(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const are = await Promise.all(pids.map(isBrowser))
  return pids.filter((_, index) => are[index])
}

async function isBrowser(pid: number): Promise<boolean> {
  return browserNames.test(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The inodes of the sockets that a process holds. */
async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`
  const files = await readdir(folder).catch(() => [])
  const links = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}
