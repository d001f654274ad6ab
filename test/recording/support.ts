import type { RecordingLine } from '../../src/recording/index.js'
import { createParser, type ParsedEvent } from '../../src/sse/parse.js'

const encoder = new TextEncoder()

/** The bytes of a recording with these lines. */
export function fileOf(...lines: (RecordingLine | Record<string, unknown>)[]): Uint8Array {
  return encoder.encode([{ ssecast: 1 }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''))
}

export const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** What a reader makes of a body. */
export function eventsOf(bytes: Uint8Array): ParsedEvent[] {
  const events: ParsedEvent[] = []
  createParser({ onEvent: (event) => events.push(event) }).feed(bytes)
  return events
}
