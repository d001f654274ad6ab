/** Ports for servers that cannot tell which one they got on port 0, and for addresses where nobody may be listening. */
import { readFileSync } from 'node:fs'
import net from 'node:net'

/** The first port of each block is its guard. */
const blockSize = 50
const firstPort = 20_000
const lastPort = 65_500

let next = 0
let end = 0

/**
 * A port of 127.0.0.1 that nobody listens on, and that nobody is given but who asks here: other workers and other runs
 * count through blocks of their own, and the system hands out none of these by itself. A port that the system gave and took
 * back belongs to whoever is quicker; HAProxy and Caddy do not even mind to share it, so that the wrong server answers. No
 * port is given twice.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    if (next >= end) {
      next = (await claimBlock()) + 1
      end = next + blockSize - 1
    }
    const port = next++
    const probe = await listen(port)
    if (!probe) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}

/** A block belongs to whoever listens on its first port, which lasts as long as the process does. */
async function claimBlock(): Promise<number> {
  const blocks = blocksOutside(ephemeralPorts())
  // Not the same for everybody, one after the other: a browser may still knock where the test before had its server.
  const start = process.pid % blocks.length
  for (const block of [...blocks.slice(start), ...blocks.slice(0, start)]) {
    const guard = await listen(block)
    if (guard) {
      guard.unref()
      return block
    }
  }
  throw new Error('every block of ports for the tests is taken')
}

/** Where the system gives away all ports there are, all blocks: then only who asks for port 0 can be in the way. */
function blocksOutside([low, high]: readonly [number, number]): number[] {
  const all: number[] = []
  for (let block = firstPort; block + blockSize <= lastPort; block += blockSize) all.push(block)
  const outside = all.filter((block) => block + blockSize <= low || block > high)
  return outside.length > 0 ? outside : all
}

/** What the system gives to whoever asks for port 0 or connects: as Linux says, and else what IANA reserves for it. */
function ephemeralPorts(): readonly [number, number] {
  try {
    const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number)
    if (low && high) return [low, high]
  } catch {
    // Not Linux.
  }
  return [49_152, 65_535]
}

/** Undefined when somebody else listens there. */
function listen(port: number): Promise<net.Server | undefined> {
  const server = net.createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
