/** Makes a recording of the body of a stream, as `curl -N URL > file.sse` leaves it. */
import type { Recording } from './recording.js'
import { splitBlocks } from './split-blocks.js'

/**
 * One connection with a block every `everyMs`; a body knows no times.
 *
 * @param options.everyMs default: 100
 */
export function importSse(bytes: Uint8Array, { everyMs = 100 }: { everyMs?: number } = {}): Recording {
  const chunks = splitBlocks(bytes).map((block, index) => ({ atMs: index * everyMs, bytes: block }))
  return {
    header: { ssecast: 1 },
    isTruncated: false,
    connections: [
      {
        openedAtMs: 0,
        waitedMs: 0,
        status: 200,
        headers: [['Content-Type', 'text/event-stream']],
        lastEventId: null,
        chunks,
        end: { atMs: chunks.at(-1)?.atMs ?? 0, kind: 'end', code: null },
      },
    ],
  }
}
