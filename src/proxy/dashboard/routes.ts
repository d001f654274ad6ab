/** What the dashboard answers: its page, the state, the stream, and changes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SseCoordError } from '../../error.js'
import { catalog, parseFault } from '../../faults/index.js'
import type { Injection } from '../inject/index.js'
import type { Proxy as DevProxy } from '../proxy.js'
import { type Asset, safeHeaders } from './assets.js'
import type { Feed } from './feed.js'
import type { Gate } from './gate.js'
import type { DashboardState, FaultKind, FaultState, Refusal } from './messages.js'
import { BodyError, type FaultChange, readBody, readFaultChange, readSwitch } from './read-body.js'

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
    if (request.method === 'GET' || request.method === 'HEAD') {
      try {
        answer(parts, path, request, response)
      } catch (error) {
        refuseError(response, error)
      }
      return
    }
    if (request.method !== 'POST') {
      response.setHeader('allow', 'GET, HEAD, POST')
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
  else if (path === '/faults') sendJson(response, 200, listFaults(parts))
  else if (path === '/proxy.har' && parts.readHar) {
    const har = parts.readHar()
    response.setHeader('content-disposition', 'attachment; filename="sse-coord.har"')
    sendJson(response, 200, har)
  } else refuse(response, 404, 'There is nothing here.')
}

async function change(
  parts: RouteParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (path === '/faults') {
    switchFaults(parts, readFaultChange(await readBody(request)))
    sendJson(response, 200, listFaults(parts))
    parts.feed.touch()
  } else if (path === '/injection') {
    const on = readSwitch(await readBody(request))
    if (!parts.injection) return refuse(response, 404, 'This proxy was started without injection.')
    parts.injection.switch(on)
    sendJson(response, 200, { on: parts.injection.isOn })
  } else refuse(response, 404, 'There is nothing here.')
}

/** All of a change is done, or none of it. */
function switchFaults({ proxy: { faults } }: RouteParts, { add, remove }: FaultChange): void {
  const active = new Set(faults.list().map(({ number }) => number))
  const unknown = remove.find((number) => !active.has(number))
  if (unknown !== undefined) throw new SseCoordError('bad-option', `No fault ${unknown} is on.`)
  for (const text of add) parseFault(text)
  for (const number of remove) faults.remove(number)
  for (const text of add) faults.add(text)
}

function listFaults({ proxy: { faults } }: RouteParts): { seed: number; faults: FaultState[] } {
  return { seed: faults.seed, faults: faults.list() }
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
