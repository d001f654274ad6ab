/**
 * The `mcp` profile: the streamable HTTP transport of the Model Context Protocol (revision 2025-11-25). A JSON-RPC request
 * that is POSTed is answered by an event stream; a client whose connection broke gets the rest with GET and
 * `Last-Event-ID`; GET without it is the stream of what the server has to say by itself: what is POSTed to `/publish`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duration } from '../config/quantities.js'
import type { Channel, Session } from '../server/index.js'
import { createAnswerStreams } from './mcp-answers.js'
import { type JsonRpcRequest, readMessages, rpcError } from './mcp-calls.js'
import { createMcpSessions, refuse } from './mcp-sessions.js'
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

/** From this revision on a stream begins with an event without data. */
const primedSince = '2025-11-25'

/** Makes the profile. */
export function createMcp({ opener, origins, channel, keepAlive }: McpOptions): Profile {
  const sessions = createMcpSessions()
  const answers = createAnswerStreams()

  /** `undefined` when a fault has answered in place of the stream. */
  function join(joined: Channel, request: IncomingMessage, response: ServerResponse): Session | undefined {
    const session = opener.openSession(request, response, { keepAlive, retry: 1000 })
    if (session?.isConnected && request.method !== 'HEAD') joined.register(session)
    return session
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
    if (first) sessions.begin(response)
    else if (!sessions.isKnown(request, response)) return
    if (requests.length === 0) {
      response.statusCode = 202
      response.end()
      return
    }
    const version = first ? first.params?.protocolVersion : request.headers['mcp-protocol-version']
    const stream = answers.open()
    if (join(stream.channel, request, response)) await answers.work(stream, requests, version === primedSince)
    else answers.drop(stream)
  }

  function get(request: IncomingMessage, response: ServerResponse): void {
    if (!sessions.isKnown(request, response)) return
    const lastEventId = String(request.headers['last-event-id'] ?? '')
    const stream = answers.find(lastEventId)
    if (stream === 'gone') {
      refuse(response, 404, `There is no stream of the event “${lastEventId.slice(0, 100)}” any more.`)
      return
    }
    const session = join(stream?.channel ?? channel, request, response)
    if (stream?.isComplete) void session?.close()
  }

  return {
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    stores: { mcp: answers.store },
    async answer(request, response) {
      // The transport asks servers to look at Origin, against DNS rebinding.
      if (!origins.mayRead(request)) {
        return say(response, 403, `Pages of ${request.headers.origin} may not call this server.`)
      }
      if (request.method === 'POST') return post(request, response)
      if (request.method !== 'DELETE') return get(request, response)
      if (!sessions.isKnown(request, response)) return
      sessions.end(request)
      response.statusCode = 204
      response.end()
    },
    close: () => answers.close(),
  }
}
