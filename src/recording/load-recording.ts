/** Loads a recording from a file of any of the kinds that are understood. */
import { readFile, stat } from 'node:fs/promises'
import { asUtf8 } from '../config/decode-text.js'
import { whyUnreadable } from '../config/unreadable.js'
import { SseCoordError } from '../error.js'
import { limits } from './format.js'
import { importHar } from './import-har.js'
import { importSse } from './import-sse.js'
import { readRecording } from './read-recording.js'
import type { Recording } from './recording.js'

/**
 * Reads `.ssecast`, `.har` and `.sse` files, told apart by their names; other names by how they begin.
 *
 * @throws SseCoordError `bad-recording`, with the line's number where there is one
 */
export async function loadRecording(file: string): Promise<Recording> {
  const bytes = await read(file)
  const beginning = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  if (/\.ssecast$/i.test(file) || /^\s*(\u00ef\u00bb\u00bf)?\{\s*"ssecast"/.test(beginning))
    return readRecording(bytes, file)
  if (/\.har$/i.test(file) || /^\s*(\u00ef\u00bb\u00bf)?\{\s*"log"/.test(beginning)) {
    return importHar(new TextDecoder().decode(bytes), { name: file })
  }
  if (!aField.test(Buffer.from(bytes).toString('latin1'))) {
    throw new SseCoordError('bad-recording', `${file} holds no event stream: no line begins with data: or the like.`, {
      hint: 'sse-coord mock --payload-file sends any text as an event.',
    })
  }
  return importSse(bytes)
}

/** A line that says something to a reader of event streams, if only as a comment. HTML standard, section 9.2.6. */
const aField = /(^|[\r\n\xbf])((data|event|id|retry)(:|[\r\n]|$)|:)/

async function read(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file)
    if (size <= limits.fileBytes) return asUtf8(await readFile(file))
  } catch (error) {
    throw new SseCoordError('bad-recording', `'${file}' cannot be read: ${whyUnreadable(error)}.`, { cause: error })
  }
  throw new SseCoordError('bad-recording', `'${file}' is larger than ${limits.fileBytes / 1024 ** 2} MiB.`)
}
