/** `--record`: writes what the streams carry to `.ssecast` files, as it was sent to the clients. */
import { access, mkdir, readdir } from 'node:fs/promises'
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
   * else is a folder, made where it is missing, with a file for each URL. Files that are there are left alone: in a
   * folder the new ones get names beside them.
   */
  to: string
  /** Hears of what is not recorded, and why, in a sentence. Default: nobody does. */
  onNote?: (line: string) => void
}

const mostFiles = 200

/**
 * Begins to record the streams that open from now on.
 *
 * @throws SseCoordError `cannot-write` when the folder cannot be made, or the file is there already.
 */
export async function recordStreams(proxy: DevProxy, options: RecordStreamsOptions): Promise<StreamRecording> {
  const { to, onNote = () => {} } = options
  const isFile = to.toLowerCase().endsWith('.ssecast')
  const folder = isFile ? path.dirname(to) : to
  await makeFolder(folder)
  if (isFile) await expectNone(to)
  const taken = new Set(isFile ? [] : (await readdir(folder)).map((name) => name.toLowerCase()))
  const files = new Map<string, StreamFile>()
  const connections = new Map<number, { file: StreamFile; connection: number }>()
  const startedAt = epochNow()

  function fileFor(stream: StreamSnapshot): StreamFile | undefined {
    const url = redactUrl(`${stream.origin ?? ''}${stream.url}`)
    const known = files.get(url)
    if (known || files.size >= (isFile ? 1 : mostFiles)) return known
    const name = isFile ? to : path.join(to, uniqueName(url, taken))
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
      return [...files.values()].flatMap(({ name, isThere }) => (isThere ? [name] : []))
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
    const { code, message } = error as NodeJS.ErrnoException
    const isInTheWay = code === 'EEXIST' || code === 'ENOTDIR'
    const reason = isInTheWay ? 'a file is in the place of the folder' : message
    throw new SseCoordError('cannot-write', `The recording cannot go to '${folder}': ${reason}.`, { cause: error })
  }
}

/** Said at the start: whoever has clicked through an app for an hour does not want to hear it then. */
async function expectNone(file: string): Promise<void> {
  const isFree = await access(file).then(
    () => false,
    () => true,
  )
  if (isFree) return
  throw new SseCoordError('cannot-write', `The recording cannot go to '${file}': there is such a file already.`, {
    hint: 'Name another file, or a folder.',
  })
}

/** The URL in letters that every file system takes, and a number where two would be alike; it is taken from then on. */
function uniqueName(url: string, taken: Set<string>): string {
  const bare = url.replace(/^https?:\/\//, '').replace(/[^a-z\d.]+/gi, '-')
  const stem = bare.replace(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'stream'
  let name = `${stem}.ssecast`
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${stem}-${count}.ssecast`
  taken.add(name.toLowerCase())
  return name
}
