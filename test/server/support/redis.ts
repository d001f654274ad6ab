/** A real Redis on a socket file of its own, which can be stopped, started again and made to forget. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { until } from './until.js'

/** Why there is no Redis to test with; `undefined` when there is one. Where CI is set its absence fails the tests. */
export const noRedis: string | undefined =
  spawnSync('redis-server', ['--version']).error && !process.env.CI ? 'redis-server is not installed' : undefined

export interface ClientOptions {
  maxRetriesPerRequest?: number | null
  retryStrategy?: () => number | null
  protocol?: 2 | 3
}

export interface RedisServer {
  socketPath: string
  client(options?: ClientOptions): Redis
  /** Ends the process as a crash does. */
  kill(): Promise<void>
  /** Starts it again, with what it had written to disk or without. */
  start(options?: { forget?: boolean }): Promise<void>
}

export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-redis-'))
  const socketPath = path.join(folder, 'redis.sock')
  const clients: Redis[] = []
  let child: ChildProcess | undefined

  async function start({ forget = false } = {}): Promise<void> {
    if (forget) rmSync(path.join(folder, 'appendonlydir'), { recursive: true, force: true })
    const persistence = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
    child = spawn('redis-server', ['--port', '0', '--unixsocket', socketPath, '--dir', folder, ...persistence], {
      stdio: 'ignore',
    })
    const probe = new Redis({ path: socketPath, retryStrategy: () => 20, maxRetriesPerRequest: null })
    probe.on('error', () => {})
    try {
      await until(async () => (await probe.ping()) === 'PONG')
    } finally {
      probe.disconnect()
    }
  }

  async function kill(): Promise<void> {
    const dying = child
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return
    const gone = new Promise((resolve) => dying.once('exit', resolve))
    dying.kill('SIGKILL')
    await gone
    rmSync(socketPath, { force: true })
  }

  onTestFinished(async () => {
    for (const client of clients) client.disconnect()
    await kill()
    rmSync(folder, { recursive: true, force: true })
  })
  await start()
  return {
    socketPath,
    client({ maxRetriesPerRequest = 20, retryStrategy = () => 20, protocol = 3 } = {}) {
      const client = new Redis({ path: socketPath, retryStrategy, maxRetriesPerRequest, protocol })
      client.on('error', () => {})
      clients.push(client)
      return client
    },
    kill,
    start,
  }
}
