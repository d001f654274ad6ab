/** A real server in front of an origin, started for one test: its own folder, its own port, gone when closed. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../free-port.js'

export interface Front extends AsyncDisposable {
  url: string
  port: number
  close(): Promise<void>
}

interface Recipe {
  program: string
  /** The file's name and text, for a server that is to listen on `port` and keep its files in `folder`. */
  configure(place: { port: number; folder: string }): { name: string; text: string }
  args(place: { port: number; folder: string; config: string }): string[]
  /** Signal that makes it leave at once, open streams or not. */
  signal?: NodeJS.Signals
}

/** Starts the server and resolves once it accepts connections. */
export async function startFront({ program, configure, args, signal = 'SIGTERM' }: Recipe): Promise<Front> {
  const folder = await mkdtemp(path.join(tmpdir(), `sse-coord-${program}-`))
  const port = await freePort()
  const { name, text } = configure({ port, folder })
  const config = path.join(folder, name)
  await writeFile(config, text)
  const child = spawn(program, args({ port, folder, config }), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}${path.delimiter}/usr/sbin`, HOME: folder, XDG_DATA_HOME: folder },
  })
  let said = ''
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (bytes: Buffer) => {
      said = `${said}${bytes}`.slice(-4000)
    })
  }
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += error.message
      resolve()
    })
    child.once('exit', () => resolve())
  })
  let isOver = false
  void exited.then(() => {
    isOver = true
  })
  async function close(): Promise<void> {
    if (!isOver) child.kill(signal)
    await exited
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const endMs = performance.now() + 15_000
  while (!(await accepts(port))) {
    if (isOver || performance.now() > endMs) {
      const log = await readFile(path.join(folder, 'error.log'), 'utf8').catch(() => '')
      await close()
      throw new Error(`${program} did not start: ${said}${log}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { url: `http://127.0.0.1:${port}`, port, close, [Symbol.asyncDispose]: close }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
