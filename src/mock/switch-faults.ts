/**
 * `/faults`: GET lists those that are on; POST switches them, with the token printed at start: one fault per line, or JSON
 * `{"add": ["status:503"], "remove": [1]}`, where the numbers are those of the list.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SseCoordError } from '../error.js'
import { type FaultPlan, parseFault } from '../faults/index.js'
import { readBody } from './read-body.js'
import { say, sendJson } from './respond.js'

interface Change {
  add: string[]
  remove: number[]
}

/** Answers with the faults that are on. */
export function listActiveFaults(response: ServerResponse, plan: FaultPlan): void {
  sendJson(response, 200, { seed: plan.seed, faults: plan.list() })
}

/** Switches faults; requests that come from now on meet them. All of a change is done, or none of it. */
export async function switchFaults(
  request: IncomingMessage,
  response: ServerResponse,
  { plan, token }: { plan: FaultPlan; token: string },
): Promise<void> {
  if (!isToken(request.headers.authorization, token)) {
    response.setHeader('WWW-Authenticate', 'Bearer')
    return say(response, 401, 'Switching faults needs the token printed at start: Authorization: Bearer TOKEN.')
  }
  const body = await readBody(request, response)
  if (body === undefined) return
  const change = readChange(body)
  if (typeof change === 'string') return say(response, 400, change)
  const unknown = change.remove.find((number) => !plan.list().some((fault) => fault.number === number))
  if (unknown !== undefined) return say(response, 404, `No fault ${unknown} is on; GET /faults lists those that are.`)
  try {
    for (const text of change.add) parseFault(text)
  } catch (error) {
    if (!(error instanceof SseCoordError)) throw error
    return say(response, 400, [error.message, error.hint].filter(Boolean).join(' '))
  }
  for (const number of change.remove) plan.remove(number)
  for (const text of change.add) plan.add(text)
  listActiveFaults(response, plan)
}

function readChange(body: string): Change | string {
  const text = body.trim()
  if (!text.startsWith('{')) {
    const add = text.split(/\r?\n/).map((line) => line.trim())
    return text === '' ? 'Name a fault, such as cut@event=3.' : { add: add.filter((line) => line !== ''), remove: [] }
  }
  let value: Record<string, unknown>
  try {
    value = JSON.parse(text)
  } catch (error) {
    return `The body is no JSON: ${(error as Error).message}.`
  }
  const { add = [], remove = [] } = value
  const isChange =
    Array.isArray(add) &&
    add.every((one) => typeof one === 'string') &&
    Array.isArray(remove) &&
    remove.every(Number.isInteger)
  return isChange ? { add, remove } : 'A change is {"add": ["status:503"], "remove": [1]}, either of them.'
}

/** Takes as long for a wrong token as for the right one. */
function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}
