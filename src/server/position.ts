/**
 * The order of all events of this process, across its channels: each broadcast takes the next position. A generated
 * event id names the process and the position, so that one last event ID says where a client stands in every channel it
 * listens to, and a restarted server knows that it cannot know.
 */
import { randomBytes } from 'node:crypto'

const epoch = randomBytes(6).toString('base64url')
let last = 0

/** Takes the next position; the first is 1. */
export function nextPosition(): number {
  last += 1
  return last
}

/** The position of the latest event of this process; 0 before the first. */
export function currentPosition(): number {
  return last
}

/** The event id of a position: `epoch:number`. */
export function formatPosition(position: number): string {
  return `${epoch}:${position}`
}

/** The position that a generated id of this process names; `undefined` for every other id. */
export function parsePosition(id: string): number | undefined {
  if (!id.startsWith(`${epoch}:`)) return undefined
  const digits = id.slice(epoch.length + 1)
  if (!/^(0|[1-9]\d{0,15})$/.test(digits)) return undefined
  const position = Number(digits)
  return position <= last ? position : undefined
}
