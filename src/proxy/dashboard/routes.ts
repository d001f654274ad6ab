/** What the dashboard answers: its page, the state, the stream, and changes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SseCoordError } from '../../error.js'
import { catalog } from '../../faults/index.js'
import type { Injection } from '../inject/index.js'
import type { Proxy as DevProxy } from '../proxy.js'
import { type Asset, safeHeaders } from './assets.js'
import type { Feed } from './feed.js'
import type { Gate } from './gate.js'
import type { DashboardState, FaultKind, Refusal } from './messages.js'
import { BodyError, readJson } from './read-json.js'

/** What the routes are about. */
export interface RouteParts {
  proxy: DevProxy
  injection: Injection | null
  assets: ReadonlyMap<string, Asset>
  gate: Gate
  feed: Feed
  readState(): DashboardState
  /** The HAR of what passed so far; `null` where there is none. */
  readHar: (() => unknown) | null
}

/** A fault is a line of text, and so is everything else that is taken. */
const mostBodyBytes = 4096

const kinds: FaultKind[] = catalog.map(({ name, alias = null, summary, value }) => ({
  name,
  alias,
  summary,
  value: value ? { description: value.description, fallback: value.fallback } : null,
}))

/** Makes the listener for the dashboard's server. */
export function createRoutes(parts: RouteParts): (request: IncomingMessage, response: ServerResponse) => void {
  const { gate } = parts
  return (request, response) => {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value)
    response.setHeader('cache-control', 'no-store')
    const denial = gate.admits(request)
    if (denial) return refuse(response, denial.status, denial.message)
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (request.method === 'GET' || request.method === 'HEAD') return answer(parts, path, request, response)
    if (request.method !== 'POST' && request.method !== 'DELETE') {
      response.setHeader('allow', 'GET, HEAD, POST, DELETE')
      return refuse(response, 405, 'There is nothing to be done with this method.')
    }
    const distrust = gate.trusts(request)
    if (distrust) return refuse(response, distrust.status, distrust.message)
    change(parts, path, request, response).catch((error: unknown) => refuseError(response, error))
  }
}

function answer(parts: RouteParts, path: string, request: IncomingMessage, response: ServerResponse): void {
  const asset = parts.assets.get(path)
  if (asset) {
    response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.body.length })
    response.end(request.method === 'HEAD' ? undefined : asset.body)
    return
  }
  const stream = /^\/streams\/(\d{1,15})\/events$/.exec(path)?.[1]
  if (stream !== undefined) sendJson(response, 200, parts.proxy.capture.events(Number(stream)))
  else if (path === '/events' && request.method === 'GET') parts.feed.open(request, response)
  else if (path === '/state') sendJson(response, 200, parts.readState())
  else if (path === '/kinds') sendJson(response, 200, kinds)
  else if (path === '/faults') sendJson(response, 200, parts.proxy.faults.list())
  else if (path === '/proxy.har' && parts.readHar) {
    response.setHeader('content-disposition', 'attachment; filename="sse-coord.har"')
    sendJson(response, 200, parts.readHar())
  } else refuse(response, 404, 'There is nothing here.')
}

async function change(
  { proxy, injection, feed }: RouteParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = /^\/faults\/(\d{1,15})$/.exec(path)?.[1]
  if (request.method === 'DELETE' && fault !== undefined) {
    if (!proxy.faults.remove(Number(fault))) return refuse(response, 404, `No fault ${fault} is on.`)
    response.writeHead(204).end()
    return feed.touch()
  }
  if (request.method === 'POST' && path === '/faults') {
    const { fault: text } = await readJson(request, mostBodyBytes)
    if (typeof text !== 'string') throw new BodyError(400, 'The body must have a “fault”, such as "latency:500ms".')
    sendJson(response, 201, proxy.faults.add(text.trim()))
    return feed.touch()
  }
  if (request.method === 'POST' && path === '/injection') {
    const { on } = await readJson(request, mostBodyBytes)
    if (typeof on !== 'boolean') throw new BodyError(400, 'The body must have “on”, true or false.')
    if (!injection) return refuse(response, 404, 'This proxy was started without injection.')
    injection.switch(on)
    return sendJson(response, 200, { on: injection.isOn })
  }
  refuse(response, 404, 'There is nothing here.')
}

function refuseError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return
  if (error instanceof BodyError) {
    response.setHeader('connection', 'close') // the rest of the body is not read
    refuse(response, error.status, error.message)
  } else if (error instanceof SseCoordError) refuse(response, 400, error.message, error.hint ?? null)
  else refuse(response, 500, 'The dashboard itself is at fault.', error instanceof Error ? error.message : null)
}

function refuse(response: ServerResponse, status: number, message: string, hint: string | null = null): void {
  const refusal: Refusal = { message, hint }
  sendJson(response, status, refusal)
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
