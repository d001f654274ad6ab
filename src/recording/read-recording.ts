/** Reads a whole recording and says, with the line's number, what is wrong with one that is not whole. */
import { SseCoordError } from '../error.js'
import { buildRecording } from './build-recording.js'
import { limits } from './format.js'
import { LineError, readHeader, readLine } from './read-line.js'
import type { Recording } from './recording.js'

/**
 * Reads the bytes of an `.ssecast` file. A last line that broke off is left out.
 *
 * @param name what errors call it
 * @throws SseCoordError `bad-recording`, such as `demo.ssecast:7: has no time: …`
 */
export function readRecording(bytes: Uint8Array, name = 'recording'): Recording {
  let number = 0
  let isTruncated = false
  const builder = buildRecording()
  try {
    if (bytes.length > limits.fileBytes) throw new LineError(`is larger than ${limits.fileBytes} bytes`)
    for (const { line, isLast } of linesOf(bytes)) {
      number++
      if (number > limits.lines) throw new LineError(`is one of more than ${limits.lines}`)
      if (line.length > limits.lineBytes) throw new LineError(`is longer than ${limits.lineBytes} bytes`)
      const text = textOf(line)
      if (text.trim() === '' && number > 1) continue
      const value = parse(text)
      if (value === undefined) {
        if (!isLast || number === 1) throw new LineError('is no JSON')
        isTruncated = true
      } else if (number === 1) builder.begin(readHeader(value))
      else builder.add(readLine(value))
    }
    if (number === 0) throw new LineError('is empty')
    return { ...builder.finish(), isTruncated }
  } catch (error) {
    if (!(error instanceof LineError)) throw error
    const hint = 'docs/ssecast.md describes the format.'
    throw new SseCoordError('bad-recording', `${name}:${Math.max(1, number)}: ${error.message}.`, {
      hint,
      cause: error,
    })
  }
}

/** The lines without their ends. The last one is what no line end follows; it is not there after a line end. */
function* linesOf(bytes: Uint8Array): Generator<{ line: Uint8Array; isLast: boolean }, void, undefined> {
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (from < bytes.length) {
    const end = bytes.indexOf(0x0a, from)
    yield { line: bytes.subarray(from, end < 0 ? undefined : end), isLast: end < 0 }
    from = end < 0 ? bytes.length : end + 1
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(line: Uint8Array): string {
  try {
    return decoder.decode(line)
  } catch {
    return '\0' // no JSON, either
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
