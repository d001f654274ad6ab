/** Takes requests in: writes them down, has limit, interceptors and faults act, and sends them on. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FaultPlan, noFaults, type RequestFaults } from '../faults/index.js'
import { pathOf } from './connections.js'
import { createLimiter } from './emulate-limit.js'
import { describeFailure, sendFailure } from './error-page.js'
import type { Forwarder } from './forwarder.js'
import { adoptHttp2, isHttp2 } from './http2-front.js'
import type { Ledger } from './ledger.js'
import type { RelayOptions } from './relay-response.js'
import { sendHead } from './respond.js'
import { ResponsePart, type ResponseParts } from './response-part.js'
import type { Router } from './router.js'
import { wantsEventStream } from './stream-tap.js'

/** The parts that take part in a request. */
export interface RequestParts extends ResponseParts {
  faults: FaultPlan
  ledger: Ledger
  router: Router
  ownOrigin(): string
}

/** What becomes of a request, in two halves. */
export interface RequestDesk {
  /** A request has come; `forward` sends it on. */
  receive(forwarder: Forwarder, request: IncomingMessage, response: ServerResponse): void
  /** The target has answered: what takes part in passing that on. */
  onResponse(response: ServerResponse): RelayOptions
}

/** Makes the desk; `limit` requests at a time per client and origin. */
export function createRequestDesk(parts: RequestParts, limit: number): RequestDesk {
  const { connections, exchanges, faults, interceptors, ledger, router } = parts
  const limiter = createLimiter(limit)
  const faulted = new WeakMap<IncomingMessage, RequestFaults>()

  function begin(forwarder: Forwarder, request: IncomingMessage, response: ServerResponse, origin: string): void {
    const entry = connections.startRequest(request, origin)
    response.on('close', () => entry?.finish())
    exchanges.begin(request, response, origin)
    const destination = router.route(request)
    if ('status' in destination) sendFailure(response, destination)
    else {
      try {
        if (interceptors.answer(request, response) || faultAnswers(request, response)) return
        interceptors.prepare(request)
        forwarder.forward(request, response, destination)
      } catch (error) {
        sendFailure(response, describeFailure(destination.host, error as Error))
      }
    }
  }

  /** Has the faults begin with a request; true when one of them answers it, or never will. */
  function faultAnswers(request: IncomingMessage, response: ServerResponse): boolean {
    const requestFaults = faults.begin({
      url: pathOf(request),
      wantsStream: wantsEventStream(request),
      client: { address: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' },
    })
    if (requestFaults === noFaults) return false
    faulted.set(request, requestFaults)
    const { instead } = requestFaults
    if (instead?.kind === 'answer') {
      sendHead(response, instead)
      response.end(instead.body)
    }
    return instead !== undefined
  }

  return {
    receive(forwarder, request, response) {
      if (isHttp2(request)) adoptHttp2(request)
      const origin = router.originNamedBy(request, parts.ownOrigin())
      if (limit === Number.POSITIVE_INFINITY) {
        begin(forwarder, request, response, origin)
        return
      }
      let stopWaiting = (): void => {}
      const place = limiter.enter(`${request.socket.remoteAddress} ${origin}`, () => {
        stopWaiting()
        begin(forwarder, request, response, origin)
      })
      if (place.isWaiting) stopWaiting = ledger.wait(origin)
      response.once('close', () => {
        stopWaiting()
        place.release()
      })
    },
    onResponse: ({ req }) => new ResponsePart(parts, req, faulted.get(req)),
  }
}
