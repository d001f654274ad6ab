/**
 * The `mcp` profile: the streamable HTTP transport of the Model Context Protocol (revision 2025-11-25). A JSON-RPC request
 * that is POSTed is answered by an event stream; a client whose connection broke gets the rest with GET and
 * `Last-Event-ID`; GET without it is the stream of what the server has to say by itself: what is POSTed to `/publish`.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duration } from '../config/quantities.js'
import { type Channel, createChannel, type Session } from '../server/index.js'
import { answerCall, type JsonRpcRequest, protocolVersions, readMessages, rpcError } from './mcp-calls.js'
import type { Origins } from './origins.js'
import type { Profile } from './profile.js'
import { readBody } from './read-body.js'
import { say, sendJson } from './respond.js'
import type { StreamOpener } from './stream-opener.js'

/** What the profile stands on. */
export interface McpOptions {
  opener: StreamOpener
  origins: Origins
  /** What the server says by itself. */
  channel: Channel
  keepAlive: Duration | false
}

/** One stream of answers, kept for a while after its end for a client that lost it. */
interface AnswerStream {
  channel: Channel
  isPrimed: boolean
  isComplete: boolean
  sent: number
}

const mostSessions = 1000
const mostStreams = 1000
/** The stream of an answer, and the event's number in it. */
const answerEventId = /^([0-9a-f]{8})_\d+$/
/** From this revision on a stream begins with an event without data, so that a client can resume before the first message. */
const primedSince = '2025-11-25'

/** Makes the profile. */
export function createMcp({ opener, origins, channel, keepAlive }: McpOptions): Profile {
  const sessions = new Set<string>()
  const streams = new Map<string, AnswerStream>()

  function openStream(isPrimed: boolean): [id: string, stream: AnswerStream] {
    const id = randomUUID().slice(0, 8)
    const stream = { channel: createChannel({ serializer: String }), isPrimed, isComplete: false, sent: 0 }
    streams.set(id, stream)
    const [oldest] = streams
    if (streams.size > mostStreams && oldest) {
      streams.delete(oldest[0])
      void oldest[1].channel.close()
    }
    return [id, stream]
  }

  /** `undefined` when a fault has answered in place of the stream. */
  function join(joined: Channel, request: IncomingMessage, response: ServerResponse): Session | undefined {
    const session = opener.openSession(request, response, { keepAlive, retry: 1000 })
    if (session?.isConnected && request.method !== 'HEAD') joined.register(session)
    return session
  }

  function rejoin(
    { channel: joined, isComplete }: AnswerStream,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const session = join(joined, request, response)
    if (isComplete) void session?.close()
  }

  /** Works the requests off, one after the other, whether or not the client is still there: it may come back. */
  async function work(id: string, stream: AnswerStream, requests: readonly JsonRpcRequest[]): Promise<void> {
    const write = (data: string): void => {
      if (!stream.channel.isClosed) stream.channel.broadcast(data, undefined, { eventId: `${id}_${++stream.sent}` })
    }
    const send = (message: object): void => write(JSON.stringify(message))
    if (stream.isPrimed) write('')
    for (const request of requests) await answerCall(request, send, () => stream.channel.isClosed)
    stream.isComplete = true
    await Promise.all(stream.channel.activeSessions.map((session) => session.close()))
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!/text\/event-stream|\*\/\*/.test(request.headers.accept ?? '')) {
      return refuse(response, 406, 'Accept has to name application/json and text/event-stream.')
    }
    const body = await readBody(request, response)
    if (body === undefined) return
    const messages = readMessages(body)
    if (typeof messages === 'string') return sendJson(response, 400, rpcError(null, -32_700, messages))
    const requests = messages.filter((message): message is JsonRpcRequest => 'id' in message && 'method' in message)
    const first = requests.find(({ method }) => method === 'initialize')
    if (first) {
      const session = randomUUID()
      sessions.add(session)
      const [oldest] = sessions
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest)
      response.setHeader('Mcp-Session-Id', session)
    } else if (!isKnown(request, response)) return
    if (requests.length === 0) {
      response.statusCode = 202
      response.end()
      return
    }
    const version = first ? first.params?.protocolVersion : request.headers['mcp-protocol-version']
    const [id, stream] = openStream(version === primedSince)
    if (join(stream.channel, request, response)) await work(id, stream, requests)
    else streams.delete(id)
  }

  function get(request: IncomingMessage, response: ServerResponse): void {
    if (!isKnown(request, response)) return
    const lastEventId = String(request.headers['last-event-id'] ?? '')
    const id = answerEventId.exec(lastEventId)?.[1]
    const stream = streams.get(id ?? '')
    if (id === undefined) join(channel, request, response)
    else if (stream) rejoin(stream, request, response)
    else refuse(response, 404, `There is no stream of the event “${lastEventId.slice(0, 100)}” any more.`)
  }

  /** Clients name their session from the second request on; one that is unknown is told to begin anew. */
  function isKnown({ headers }: IncomingMessage, response: ServerResponse): boolean {
    const session = headers['mcp-session-id']
    const version = headers['mcp-protocol-version']
    if (version !== undefined && !protocolVersions.includes(String(version))) {
      refuse(response, 400, `The protocol versions here are ${protocolVersions.join(', ')}.`)
      return false
    }
    if (typeof session === 'string' && sessions.has(session)) return true
    if (session === undefined) refuse(response, 400, 'Mcp-Session-Id is missing: begin with initialize.')
    else refuse(response, 404, 'There is no such session: begin with initialize.')
    return false
  }

  return {
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    stores: {
      mcp: { entries: () => [...streams].map(([id, { channel }]): [string, Channel] => [id, channel]) },
    },
    async answer(request, response) {
      // The transport asks servers to look at Origin, against DNS rebinding.
      if (!origins.mayRead(request))
        return say(response, 403, `Pages of ${request.headers.origin} may not call this server.`)
      if (request.method === 'POST') return post(request, response)
      if (request.method !== 'DELETE') return get(request, response)
      if (!isKnown(request, response)) return
      sessions.delete(String(request.headers['mcp-session-id']))
      response.statusCode = 204
      response.end()
    },
    async close() {
      await Promise.all([...streams.values()].map(({ channel }) => channel.close()))
      streams.clear()
    },
  }
}

function refuse(response: ServerResponse, statusCode: number, sentence: string): void {
  sendJson(response, statusCode, rpcError(null, -32_000, sentence))
}
