/** Which request goes where. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SseCoordError } from '../error.js'
import type { FaultPlan } from '../faults/index.js'
import type { Channel, Monitor } from '../server/index.js'
import type { Origins } from './origins.js'
import { showPage } from './page.js'
import type { Profile } from './profile.js'
import { publish } from './publish.js'
import type { Publisher } from './publisher.js'
import { say, sendJson } from './respond.js'
import type { MockSettings } from './settle-mock.js'
import { listActiveFaults, switchFaults } from './switch-faults.js'

/** What the router leads to. */
export interface RouterOptions {
  settings: MockSettings
  origins: Origins
  channel: Channel
  publisher: Publisher
  monitor: Monitor
  faults: FaultPlan
  token: string
  profile: Profile
}

interface Route {
  methods: readonly string[]
  /** Whether POST changes something that all clients see; then Host and Origin have to be right. */
  changes?: boolean
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>
}

/** Answers one request. Never rejects. */
export type Router = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Makes the router. */
export function createRouter(options: RouterOptions): Router {
  const { settings, origins } = options
  const routes = ownRoutes(options)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    const given = Object.hasOwn(settings.routes, path) ? settings.routes[path] : undefined
    if (given) return given(request, response)
    origins.allow(request, response)
    const route = routes.get(path)
    if (!route) return say(response, 404, `There is no ${path} here; the stream is at ${settings.paths[0]}.`)
    const method = request.method ?? 'GET'
    const methods = [...route.methods, 'OPTIONS'].join(', ')
    if (method === 'OPTIONS') return origins.preflight(request, response, methods)
    if (!route.methods.includes(method)) {
      response.setHeader('Allow', methods)
      return say(response, 405, `${path} takes ${route.methods.join(' and ')}.`)
    }
    const refusal = route.changes && method === 'POST' ? origins.refusal(request) : undefined
    if (refusal) return say(response, 403, refusal)
    return route.answer(request, response)
  }

  return async (request, response) => {
    // Both may be told that their client has gone; it has, and that is all.
    request.on('error', () => {})
    response.on('error', () => {})
    try {
      await answer(request, response)
    } catch (error) {
      if (response.headersSent) response.destroy()
      else if (error instanceof SseCoordError) say(response, 400, error.message)
      else say(response, 500, `The handler of ${pathOf(request)} failed: ${String(error)}`)
    }
  }
}

function ownRoutes(options: RouterOptions): Map<string, Route> {
  const { settings, channel, publisher, monitor, faults, token, profile } = options
  const routes = new Map<string, Route>([
    ['/', { methods: ['GET', 'HEAD'], answer: (_request, response) => showPage(response, settings) }],
    ['/ping', { methods: ['GET', 'HEAD'], answer: (_request, response) => sendJson(response, 200, { ok: true }) }],
    ['/connections', { methods: ['GET', 'HEAD'], answer: (request, response) => monitor.handler(request, response) }],
    [
      '/publish',
      {
        methods: ['POST'],
        changes: true,
        answer: (request, response) =>
          settings.recording === undefined
            ? publish(request, response, { channel, lendNumber: publisher.lendNumber })
            : say(response, 409, 'A recording is played here, and only what is in it: nothing can be published.'),
      },
    ],
    [
      '/faults',
      {
        methods: ['GET', 'HEAD', 'POST'],
        changes: true,
        answer: (request, response) =>
          request.method === 'POST'
            ? switchFaults(request, response, { plan: faults, token })
            : listActiveFaults(response, faults),
      },
    ],
  ])
  for (const path of settings.paths) {
    routes.set(path, { methods: profile.methods, answer: (request, response) => profile.answer(request, response) })
  }
  return routes
}

function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/'
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}
