/** `POST /publish`: an event for all clients, as JSON `{data, event, id, topic}` or as raw text with `?event=…&id=…`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { didYouMean } from '../config/nearest.js'
import type { Channel } from '../server/index.js'
import type { Publisher } from './publisher.js'
import { readBody } from './read-body.js'
import { say, sendJson } from './respond.js'

interface Publication {
  data: unknown
  event: string | undefined
  id: string | undefined
  topic: string | undefined
}

const fields = ['data', 'event', 'id', 'topic']

/**
 * Handles one request. `lendNumber` gives an event without an id its own. Answers 202 with the id and how many clients are
 * connected.
 */
export async function publish(
  request: IncomingMessage,
  response: ServerResponse,
  { channel, lendNumber }: { channel: Channel; lendNumber: Publisher['lendNumber'] },
): Promise<void> {
  const body = await readBody(request, response)
  if (body === undefined) return
  const read = readPublication(body, request)
  if (typeof read === 'string') return say(response, 400, read)
  const { data, event, topic } = read
  if (channel.isClosed) return say(response, 503, 'The mock is closing.')
  const send = (eventId: string): void => void channel.broadcast(data, event, { eventId, topic })
  try {
    if (read.id !== undefined) send(read.id)
    const id = read.id ?? String(lendNumber((number) => send(String(number))))
    sendJson(response, 202, { id, clients: channel.sessionCount })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    say(response, 400, `${error.message}.`)
  }
}

/** What is to be published, or what is wrong with it. */
function readPublication(body: string, request: IncomingMessage): Publication | string {
  const type = request.headers['content-type'] ?? ''
  // What curl -d sends says that it is a form; an object in braces is meant all the same.
  const isJson = /\bjson\b/i.test(type) || (!/^text\/plain/i.test(type) && body.trimStart().startsWith('{'))
  const read = isJson ? readJson(body) : readRaw(body, request)
  if (typeof read === 'string') return read
  if (read.id === '') return 'The id is empty, which would make clients forget where they were; leave it out instead.'
  return read
}

function readRaw(body: string, { url = '' }: IncomingMessage): Publication {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'))
  const given = (name: string): string | undefined => query.get(name) ?? undefined
  return { data: body, event: given('event'), id: given('id'), topic: given('topic') }
}

function readJson(body: string): Publication | string {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    return `The body is no JSON: ${(error as Error).message}. Send raw text with Content-Type: text/plain.`
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'The body is JSON but no object: send {"data": …} with event, id and topic if wanted.'
  }
  const given = value as Record<string, unknown>
  const stray = Object.keys(given).find((key) => !fields.includes(key))
  if (stray !== undefined)
    return `There is no field “${stray}” here${didYouMean(stray, fields) || `: ${fields.join(', ')}`}`
  if (!('data' in given)) return 'The field data is missing: clients dispatch nothing without it; it may be null.'
  for (const name of ['event', 'topic']) {
    if (given[name] !== undefined && typeof given[name] !== 'string') return `The field ${name} is a text.`
  }
  const { id } = given
  if (id !== undefined && typeof id !== 'string' && !Number.isSafeInteger(id)) {
    return 'The field id is a text or a whole number.'
  }
  return {
    data: given.data,
    event: given.event as string | undefined,
    id: id === undefined ? undefined : String(id),
    topic: given.topic as string | undefined,
  }
}
