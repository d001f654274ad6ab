/** The sessions of the `mcp` profile: who has begun with `initialize`, and the refusal of who has not. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { protocolVersions, rpcError } from './mcp-calls.js'
import { sendJson } from './respond.js'

/** Sessions by id. */
export interface McpSessions {
  /** Begins a session and names it in the response. */
  begin(response: ServerResponse): void
  /** Whether the request names a session that there is; if not, it has been refused. */
  isKnown(request: IncomingMessage, response: ServerResponse): boolean
  /** Ends the session that the request names. */
  end(request: IncomingMessage): void
}

/** The oldest make way for new ones. */
const mostSessions = 1000

/** Makes the sessions, of which there are none yet. */
export function createMcpSessions(): McpSessions {
  const sessions = new Set<string>()
  return {
    begin(response) {
      const session = randomUUID()
      sessions.add(session)
      const [oldest] = sessions
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest)
      response.setHeader('Mcp-Session-Id', session)
    },
    isKnown({ headers }, response) {
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
    },
    end({ headers }) {
      sessions.delete(String(headers['mcp-session-id']))
    },
  }
}

/** Answers with an error of JSON-RPC that belongs to no request. */
export function refuse(response: ServerResponse, statusCode: number, sentence: string): void {
  sendJson(response, statusCode, rpcError(null, -32_000, sentence))
}
