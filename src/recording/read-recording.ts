/** Reads a recording piece by piece and says, with the line's number, what is wrong with one that is not whole. */
import { SseCoordError } from '../error.js'
import { buildRecording } from './build-recording.js'
import { limits } from './format.js'
import { LineError, readHeader, readLine } from './read-line.js'
import type { Recording } from './recording.js'
import { createLineSplitter } from './split-lines.js'

/** Takes the bytes of an `.ssecast` file in any pieces. Both throw `bad-recording`, such as `demo.ssecast:7: has no time: …` */
export interface RecordingReader {
  feed(bytes: Uint8Array): void
  /** What was read; a last line that broke off is left out. */
  finish(): Recording
}

/**
 * Reads the bytes of an `.ssecast` file.
 *
 * @param name what errors call it
 * @throws SseCoordError `bad-recording`
 */
export function readRecording(bytes: Uint8Array, name?: string): Recording {
  const reader = createRecordingReader(name)
  reader.feed(bytes)
  return reader.finish()
}

/** @param name what errors call the recording */
export function createRecordingReader(name = 'recording'): RecordingReader {
  let number = 0
  let size = 0
  let isTruncated = false
  const builder = buildRecording()
  const splitter = createLineSplitter(limits.lineBytes)

  function take(line: Uint8Array, isLast: boolean): void {
    const bare = number === 0 ? withoutMark(line) : line
    if (isLast && bare.length === 0) return
    number++
    if (number > limits.lines) throw new LineError(`is one of more than ${limits.lines}`)
    if (bare.length > limits.lineBytes) throw new LineError(`is longer than ${limits.lineBytes} bytes`)
    const text = textOf(bare)
    if (text.trim() === '' && number > 1) return
    const value = parse(text)
    if (value === undefined) {
      if (!isLast || number === 1) throw new LineError('is no JSON')
      isTruncated = true
    } else if (number === 1) builder.begin(readHeader(value))
    else builder.add(readLine(value))
  }

  /** Turns what is wrong with a line into what is wrong with the recording. */
  function located<Result>(read: () => Result): Result {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      const words = `${name}:${Math.max(1, number)}: ${error.message}.`
      throw new SseCoordError('bad-recording', words, { hint: 'docs/ssecast.md describes the format.', cause: error })
    }
  }

  return {
    feed: (bytes) =>
      located(() => {
        size += bytes.length
        if (size > limits.fileBytes) throw new LineError(`is larger than ${limits.fileBytes} bytes`)
        for (const line of splitter.feed(bytes)) take(line, false)
      }),
    finish: () =>
      located(() => {
        take(splitter.rest(), true)
        if (number === 0) throw new LineError('is empty')
        return { ...builder.finish(), isTruncated }
      }),
  }
}

/** Without a byte order mark. */
function withoutMark(line: Uint8Array): Uint8Array {
  return line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? line.subarray(3) : line
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
