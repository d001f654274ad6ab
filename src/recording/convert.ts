/** From one kind of file to another. */
import { writeFile } from 'node:fs/promises'
import { exportSse } from './export-sse.js'
import { recordingPieces } from './format-recording.js'
import { holdFile } from './hold-file.js'
import { loadRecording } from './load-recording.js'
import { cannotWrite } from './write-recording.js'

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
  const pieces = /\.sse$/i.test(target) ? exportSse(recording) : recordingPieces(recording)
  const release = await holdFile(target)
  await writeFile(target, pieces, { flag: force ? 'w' : 'wx' })
    .catch((error) => {
      throw cannotWrite(target, error)
    })
    .finally(release)
  const { connections, isTruncated } = recording
  let total = 0
  for (const { chunks } of connections) for (const { bytes } of chunks) total += bytes.length
  return { connections: connections.length, bytes: total, isTruncated }
}
