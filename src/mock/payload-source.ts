/** Where the data of events comes from: templates that were given, or a file, read again when it has changed. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { decodeText } from '../config/decode-text.js'
import { whyUnreadable } from '../config/unreadable.js'
import { SseCoordError } from '../error.js'
import { stampOf } from './file-stamp.js'
import { type Payload, readPayload } from './payload.js'

/** Templates to be used in turn. */
export interface PayloadSource {
  /** As they are now; none where nothing was asked for. */
  templates(): readonly Payload[]
  /** Whether values may differ from client to client. */
  readonly usesQuery: boolean
}

/** What the source is made of. */
export interface PayloadSourceOptions {
  payloads: readonly string[]
  payloadFile: string | undefined
  /** Told when the file has changed, and when it cannot be used now: what was read before is used on then. */
  onNote(line: string): void
}

const mostBytes = 16 * 1_048_576
/** A file is looked at no more often than this, however fast events go out. */
const lookEveryMs = 250

/** @throws SseCoordError `bad-option` for a template or a file that cannot be read */
export function createPayloadSource({ payloads, payloadFile, onNote }: PayloadSourceOptions): PayloadSource {
  if (payloadFile !== undefined) return followFile(payloadFile, onNote)
  const templates = payloads.map(readPayload)
  return { templates: () => templates, usesQuery: templates.some(({ usesQuery }) => usesQuery) }
}

function followFile(file: string, onNote: (line: string) => void): PayloadSource {
  let stamp = stampOf(file)
  let lookedAt = performance.now()
  let templates = readPayloadFile(file).map(readPayload)

  function look(): void {
    const now = stampOf(file)
    if (now === stamp || statSync(file, { throwIfNoEntry: false })?.size === 0) return // who saves it may be about to write
    stamp = now
    try {
      templates = readPayloadFile(file).map(readPayload)
      onNote(`${file} has changed, and is used as it is now.`)
    } catch (error) {
      onNote(`${file} has changed, and is used as it was: ${(error as Error).message}`)
    }
  }

  return {
    templates() {
      const now = performance.now()
      if (now - lookedAt < lookEveryMs) return templates
      lookedAt = now
      look()
      return templates
    },
    usesQuery: true, // it may tomorrow
  }
}

/** The whole file as one template without the line break at its end; of `.ndjson` and `.jsonl` each line is one. */
function readPayloadFile(file: string): string[] {
  const text = readText(file)
  if (!['.ndjson', '.jsonl'].includes(path.extname(file).toLowerCase())) return [text.replace(/\r?\n$/, '')]
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length > 0) return lines
  throw new SseCoordError('bad-option', `The payload '${file}' has no line.`)
}

function readText(file: string): string {
  try {
    if (statSync(file).size <= mostBytes) return decodeText(readFileSync(file))
  } catch (error) {
    const words = `The payload '${file}' cannot be read: ${whyUnreadable(error)}.`
    throw new SseCoordError('bad-option', words, { cause: error })
  }
  throw new SseCoordError('bad-option', `The payload '${file}' is larger than 16 MiB.`)
}
