/** Writing to standard output and standard error, which may be a pipe that nobody reads any more. */
import { SseCoordError } from '../error.js'
import type { CliOutput } from './process.js'

/** Nobody reads (any more): a pipe to `head`, or a terminal that was closed. No fault of ours, and no news to anybody. */
const unread = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'])

/**
 * Keeps a failing stream from ending the process; for as long as the process lives, since a stream may tell of a
 * failed write later. Whether a text arrived is what `writeAll` says.
 */
export function outliveErrors(output: CliOutput): void {
  output.on('error', () => {})
}

/**
 * Writes a text and waits until the system has it.
 *
 * @throws SseCoordError where it cannot be written, as on a full disk; not where the reader has left
 */
export function writeAll(output: CliOutput, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error) => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code
      if (!error || (code !== undefined && unread.has(code))) resolve()
      else
        reject(
          new SseCoordError('cannot-write', `The output could not be written: ${error.message}.`, { cause: error }),
        )
    })
  })
}
