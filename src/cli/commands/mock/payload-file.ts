/** Reads the data of events from a file. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { decodeText } from '../../../config/decode-text.js'
import { whyUnreadable } from '../../../config/unreadable.js'
import { SseCoordError } from '../../../error.js'

const mostBytes = 16 * 1_048_576

/**
 * The whole file as one template without the line break at its end; of `.ndjson` and `.jsonl` each line is one.
 *
 * @throws SseCoordError with one sentence that says why it cannot be read
 */
export async function readPayloadFile(file: string): Promise<string | string[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const words = `The payload '${file}' cannot be read: ${whyUnreadable(error)}.`
    throw new SseCoordError('bad-option', words, { cause: error })
  })
  if (bytes.length > mostBytes) throw new SseCoordError('bad-option', `The payload '${file}' is larger than 16 MiB.`)
  const text = decodeText(bytes)
  if (!['.ndjson', '.jsonl'].includes(path.extname(file).toLowerCase())) return text.replace(/\r?\n$/, '')
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length > 0) return lines
  throw new SseCoordError('bad-option', `The payload '${file}' has no line.`)
}
