/** `--record`: writes what the streams carry to `.ssecast` files, as it was sent to the clients. */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { SseCoordError } from '../error.js'
import type { StreamSnapshot } from '../evidence/ledger.js'
import { redactUrl } from '../evidence/redact.js'
import type { ResponseHead } from '../faults/index.js'
import { epochNow } from './clock.js'
import type { Proxy as DevProxy } from './proxy.js'
import { createStreamFile, type StreamFile } from './record-file.js'

/** A recording that runs. */
export interface StreamRecording {
  /** The files so far. */
  readonly files: readonly string[]
  /** Writes what is left, and ends. */
  close(): Promise<void>
}

/** Options of `recordStreams`. */
export interface RecordStreamsOptions {
  /**
   * A file that ends in `.ssecast` takes the stream of the first URL that opens one, with all its connections; anything
   * else is a folder, made where it is missing, with a file for each URL. Files that are there are left alone.
   */
  to: string
  /** Hears of what is not recorded, and why, in a sentence. Default: nobody does. */
  onNote?: (line: string) => void
}

const mostFiles = 200

/**
 * Begins to record the streams that open from now on.
 *
 * @throws SseCoordError `cannot-write` when the folder cannot be made.
 */
export async function recordStreams(proxy: DevProxy, options: RecordStreamsOptions): Promise<StreamRecording> {
  const { to, onNote = () => {} } = options
  const isFile = to.toLowerCase().endsWith('.ssecast')
  await makeFolder(isFile ? path.dirname(to) : to)
  const files = new Map<string, StreamFile>()
  const connections = new Map<number, { file: StreamFile; connection: number }>()
  const startedAt = epochNow()

  function fileFor(stream: StreamSnapshot): StreamFile | undefined {
    const url = redactUrl(`${stream.origin ?? ''}${stream.url}`)
    const known = files.get(url)
    if (known || files.size >= (isFile ? 1 : mostFiles)) return known
    const name = isFile ? to : path.join(to, uniqueName(url, [...files.values()]))
    const file = createStreamFile(name, { url, startedAt, onNote })
    files.set(url, file)
    return file
  }

  const stopWatching = proxy.watch((stream, head: ResponseHead) => {
    const file = fileFor(stream)
    if (!file) return undefined
    const connection = file.open(stream, head)
    connections.set(stream.number, { file, connection })
    return (chunk, at) => file.chunk(connection, chunk, at)
  })
  const onClosed = (stream: StreamSnapshot): void => {
    const found = connections.get(stream.number)
    connections.delete(stream.number)
    found?.file.end(found.connection, stream)
  }
  proxy.ledger.on('stream-closed', onClosed)

  return {
    get files() {
      return [...files.values()].map(({ name }) => name)
    },
    async close() {
      stopWatching()
      proxy.ledger.off('stream-closed', onClosed)
      for (const { file, connection } of connections.values()) file.end(connection, null)
      connections.clear()
      await Promise.all([...files.values()].map((file) => file.close()))
    },
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const { message } = error as Error
    throw new SseCoordError('cannot-write', `The recording cannot go to '${folder}': ${message}.`, { cause: error })
  }
}

/** The URL in letters that every file system takes, and a number where two would be alike. */
function uniqueName(url: string, others: readonly StreamFile[]): string {
  const bare = url.replace(/^https?:\/\//, '').replace(/[^a-z\d.]+/gi, '-')
  const stem = bare.replace(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'stream'
  const taken = new Set(others.map(({ name }) => path.basename(name).toLowerCase()))
  let name = `${stem}.ssecast`
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${stem}-${count}.ssecast`
  return name
}
