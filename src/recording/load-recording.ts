/** Loads a recording from a file of any of the kinds that are understood. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { asUtf8 } from '../config/decode-text.js'
import { whyUnreadable } from '../config/unreadable.js'
import { SseCoordError } from '../error.js'
import { limits } from './format.js'
import { importHar } from './import-har.js'
import { importSse } from './import-sse.js'
import { createRecordingReader } from './read-recording.js'
import type { Recording } from './recording.js'

/**
 * Reads `.ssecast`, `.har` and `.sse` files, told apart by their names; other names by how they begin. An `.ssecast` file
 * is read line by line, and never held whole beside what it says.
 *
 * @throws SseCoordError `bad-recording`, with the line's number where there is one
 */
export async function loadRecording(file: string): Promise<Recording> {
  const reader = createRecordingReader(file)
  const pieces: Uint8Array[] = []
  let beginning = ''
  let isRecording = /\.ssecast$/i.test(file)
  for await (const piece of asUtf8(piecesOf(file))) {
    if (beginning.length < 200) beginning += latin1(piece.subarray(0, 200))
    isRecording ||= /^\s*(\u00ef\u00bb\u00bf)?\{\s*"ssecast"/.test(beginning)
    pieces.push(piece)
    if (isRecording) for (const read of pieces.splice(0)) reader.feed(read)
  }
  if (isRecording) return reader.finish()
  const bytes = Buffer.concat(pieces)
  if (/\.har$/i.test(file) || /^\s*(\u00ef\u00bb\u00bf)?\{\s*"log"/.test(beginning)) {
    return importHar(new TextDecoder().decode(bytes), { name: file })
  }
  if (!aField.test(latin1(bytes.subarray(0, pieceBytes))) && !aField.test(latin1(bytes))) {
    throw new SseCoordError('bad-recording', `${file} holds no event stream: no line begins with data: or the like.`, {
      hint: 'sse-coord mock --payload-file sends any text as an event.',
    })
  }
  return importSse(bytes)
}

/** A line that says something to a reader of event streams, if only as a comment. HTML standard, section 9.2.6. */
const aField = /(^|[\r\n\xbf])((data|event|id|retry)(:|[\r\n]|$)|:)/

const pieceBytes = 262_144

async function* piecesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  let size = 0
  try {
    ;({ size } = await stat(file))
    if (size <= limits.fileBytes) {
      size = 0 // of a pipe nobody knows it
      for await (const piece of createReadStream(file, { highWaterMark: pieceBytes })) {
        size += piece.length
        if (size > limits.fileBytes) break
        yield piece
      }
    }
  } catch (error) {
    throw new SseCoordError('bad-recording', `'${file}' cannot be read: ${whyUnreadable(error)}.`, { cause: error })
  }
  if (size <= limits.fileBytes) return
  throw new SseCoordError('bad-recording', `'${file}' is larger than ${limits.fileBytes / 1024 ** 2} MiB.`)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
