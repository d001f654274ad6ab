/**
 * One request on its way to the target, and the response on its way back. The target is told when the client leaves; a request
 * that met a kept connection which the target had closed is sent once more; trailers and interim responses pass.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { unlimitHeaders } from '../listening/index.js'
import type { Destination } from './destination.js'
import type { ForwarderOptions } from './forwarder-options.js'
import { rawPairs } from './hop-by-hop.js'
import { hasSurelyNoBody, isCut, isRepeatable, mayHaveTrailers } from './outgoing-request.js'
import { ParserBypass } from './parser-bypass.js'
import { relayInterim } from './relay-interim.js'
import { relayResponse } from './relay-response.js'
import { wantsEventStream } from './stream-tap.js'

/** From the head of the request to the end of the response. */
export class Forwarding {
  readonly #options: ForwarderOptions
  readonly #response: ServerResponse
  readonly #destination: Destination
  #incoming: IncomingMessage | undefined
  #bypass: ParserBypass | undefined

  constructor(options: ForwarderOptions, response: ServerResponse, destination: Destination) {
    this.#options = options
    this.#response = response
    this.#destination = destination
  }

  /** Sends the request, whose headers are the ones that the target is to get. */
  send(): void {
    const response = this.#response
    const request = response.req
    let outgoing: ClientRequest
    try {
      outgoing = this.#start(request)
    } catch (error) {
      this.#fail(error, false) // Node takes no such header
      return
    }
    if (wantsEventStream(request)) {
      outgoing.on('socket', () => {
        this.#bypass = ParserBypass.of(outgoing)
      })
    }
    unlimitHeaders(outgoing)
    outgoing.on('response', (incoming) => this.#answer(incoming))
    outgoing.on('upgrade', (_incoming, socket) => {
      socket.destroy()
      this.#fail(new Error('It switched to another protocol, which nobody had asked for.'), false)
    })
    outgoing.on('error', (error) => this.#fail(error, outgoing.reusedSocket))
    relayInterim(outgoing, request, response)
    this.#cutWhenClientLeaves(outgoing)
    sendBody(request, outgoing)
  }

  #start(request: IncomingMessage): ClientRequest {
    const { protocol, hostname: host, port, path, auth = null } = this.#destination
    const agent = this.#options.upstream.agentFor(protocol, wantsEventStream(request))
    const { method, headers } = request
    const start = protocol === 'https:' ? httpsRequest : httpRequest
    return start({ host, port, path, auth, method, headers, agent })
  }

  #answer(incoming: IncomingMessage): void {
    this.#incoming = incoming
    this.#bypass?.answered(incoming)
    try {
      relayResponse(incoming, this.#response, this.#options.onResponse(this.#response), this.#bypass)
    } catch (error) {
      incoming.destroy()
      this.#fail(error, false)
    }
  }

  #cutWhenClientLeaves(outgoing: ClientRequest): void {
    const cut = (): void => {
      if (!this.#incoming?.complete) outgoing.destroy()
      // A target may answer before the body is there, and read on; it must not wait for a client that has left.
      else if (!outgoing.writableFinished) endWith(this.#response.req, outgoing)
    }
    if (this.#response.destroyed) cut()
    else this.#response.on('close', cut)
  }

  #fail(reason: unknown, isConnectionReused: boolean): void {
    const response = this.#response
    // Whoever relays the response breaks it off.
    if (response.headersSent && this.#incoming) this.#incoming.destroy()
    else if (response.headersSent || response.destroyed) response.destroy()
    // The target closed a kept connection as the request went out: RFC 9110, section 9.2.2.
    else if (isConnectionReused && isRepeatable(response.req) && isCut(reason)) this.send()
    else {
      const error = reason instanceof Error ? reason : new Error(String(reason))
      this.#options.onFailure(error, response, this.#destination)
    }
  }
}

/** Ends a request whose body is still on its way when the client's connection ends. */
function endWith({ socket }: IncomingMessage, outgoing: ClientRequest): void {
  const cut = (): void => void outgoing.destroy()
  socket.once('close', cut)
  outgoing.once('finish', () => socket.off('close', cut))
}

/** Sends the body, if there may be one; a pipe for nothing is a twentieth of what opening a stream costs. */
function sendBody(request: IncomingMessage, outgoing: ClientRequest): void {
  if (hasSurelyNoBody(request)) {
    outgoing.end()
    return
  }
  if (mayHaveTrailers(request)) {
    // Before the pipe's own listener, which ends the outgoing request.
    request.on('end', () => {
      if (request.rawTrailers.length > 0) outgoing.addTrailers(rawPairs(request.rawTrailers))
    })
  }
  request.pipe(outgoing)
}
