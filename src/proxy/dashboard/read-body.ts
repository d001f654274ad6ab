/** Reads small bodies: the changes that are asked for. */
import type { IncomingMessage } from 'node:http'

/** A body that is not taken. */
export class BodyError extends Error {
  readonly status: 400 | 413

  constructor(status: 400 | 413, message: string) {
    super(message)
    this.status = status
  }
}

/** Faults to be switched. */
export interface FaultChange {
  /** Faults as on the command line. */
  add: string[]
  /** Numbers of faults that are on. */
  remove: number[]
}

/** Faults are lines of text, and so is everything else that is taken. */
const mostBytes = 16_384

/** Reads a body as text. @throws BodyError when it is too long. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > mostBytes) throw new BodyError(413, `The body may have ${mostBytes} bytes at most.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a change of faults, as the mock takes it too: one fault per line, or JSON. @throws BodyError */
export function readFaultChange(body: string): FaultChange {
  const text = body.trim()
  if (!text.startsWith('{')) {
    const add = text.split(/\r?\n/).map((line) => line.trim())
    if (text === '') throw new BodyError(400, 'Name a fault, such as cut@event=3.')
    return { add: add.filter((line) => line !== ''), remove: [] }
  }
  const { add = [], remove = [] } = readObject(text)
  const isChange =
    Array.isArray(add) &&
    add.every((fault) => typeof fault === 'string') &&
    Array.isArray(remove) &&
    remove.every(Number.isInteger)
  if (!isChange) throw new BodyError(400, 'A change is {"add": ["status:503"], "remove": [1]}, either of them.')
  return { add: add.map((fault: string) => fault.trim()), remove }
}

/** Reads whether something is to be on. @throws BodyError */
export function readSwitch(body: string): boolean {
  const { on } = readObject(body)
  if (typeof on !== 'boolean') throw new BodyError(400, 'The body is {"on": true} or {"on": false}.')
  return on
}

function readObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BodyError(400, 'The body must be a JSON object.')
  }
  return value as Record<string, unknown>
}
