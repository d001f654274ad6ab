/** From one kind of file to another. */
import { writeFile } from 'node:fs/promises'
import { exportSse } from './export-sse.js'
import { loadRecording } from './load-recording.js'
import { cannotWrite, formatRecording } from './write-recording.js'

/** What was converted. */
export interface Conversion {
  connections: number
  /** Bytes of the streams. */
  bytes: number
  /** Whether the source had broken off in its last line. */
  isTruncated: boolean
}

/**
 * Converts an `.ssecast`, `.har` or `.sse` file to `.ssecast`, or, where `target` ends in `.sse`, to the body of one stream.
 *
 * @param options.force overwrite a file that is there. Default: no
 * @throws SseCoordError `bad-recording` for a source that cannot be read, `cannot-write`
 */
export async function convertRecording(
  source: string,
  target: string,
  { force = false }: { force?: boolean } = {},
): Promise<Conversion> {
  const recording = await loadRecording(source)
  const content = /\.sse$/i.test(target) ? exportSse(recording) : formatRecording(recording)
  await writeFile(target, content, { flag: force ? 'w' : 'wx' }).catch((error) => {
    throw cannotWrite(target, error)
  })
  const { connections, isTruncated } = recording
  const sizes = connections.flatMap(({ chunks }) => chunks.map(({ bytes }) => bytes.length))
  return { connections: connections.length, bytes: sizes.reduce((sum, size) => sum + size, 0), isTruncated }
}
