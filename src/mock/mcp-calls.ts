/** What the `mcp` profile answers to JSON-RPC requests: a server with two small tools. */
import { setTimeout as wait } from 'node:timers/promises'
import { tool } from '../package.js'

/** A JSON-RPC 2.0 request. */
export interface JsonRpcRequest {
  id: string | number
  method: string
  params?: Record<string, unknown>
}

type Message = JsonRpcRequest | { method?: string; id?: string | number }

/** The revisions that are spoken, the newest first. */
export const protocolVersions: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26']

const mostMessages = 100
const mostSteps = 1000

/** The messages of a body, one or a batch; or what is wrong with it. */
export function readMessages(body: string): Message[] | string {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    return `The body is no JSON: ${(error as Error).message}.`
  }
  const messages: unknown[] = Array.isArray(value) ? value : [value]
  if (messages.length === 0 || messages.length > mostMessages) return `A batch has 1 to ${mostMessages} messages.`
  for (const message of messages) {
    if (typeof message !== 'object' || message === null || !('jsonrpc' in message) || message.jsonrpc !== '2.0') {
      return 'Every message is an object with "jsonrpc": "2.0".'
    }
    const { id, method } = message as { id?: unknown; method?: unknown }
    if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') return 'An id is a text or a number.'
    if (method !== undefined && typeof method !== 'string') return 'A method is a text.'
    if ('params' in message && (typeof message.params !== 'object' || message.params === null)) {
      return 'The params are an object.'
    }
  }
  return messages as Message[]
}

/** An error response. */
export function rpcError(id: string | number | null, code: number, message: string): object {
  return { jsonrpc: '2.0', id, error: { code, message } }
}

/** Sends the answer to one request, and what comes before it; nothing more once it is over. */
export async function answerCall(
  { id, method, params = {} }: JsonRpcRequest,
  send: (message: object) => void,
  over: AbortSignal,
): Promise<void> {
  const succeed = (result: object): void => send({ jsonrpc: '2.0', id, result })
  switch (method) {
    case 'initialize':
      return succeed({
        protocolVersion: protocolVersions.find((version) => version === params.protocolVersion) ?? protocolVersions[0],
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: `${tool.name} mock`, version: tool.version },
      })
    case 'ping':
      return succeed({})
    case 'tools/list':
      return succeed({ tools })
    case 'tools/call':
      return callTool(id, params, send, over)
    default:
      send(rpcError(id, -32_601, `There is no method ${method.slice(0, 100)} here.`))
  }
}

const tools = [
  {
    name: 'echo',
    description: 'Says what it was told',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
  {
    name: 'count',
    description: `Counts to a number up to ${mostSteps}, with a notification of progress for each step`,
    inputSchema: {
      type: 'object',
      properties: { to: { type: 'integer' }, everyMs: { type: 'integer', default: 100 } },
      required: ['to'],
    },
  },
]

async function callTool(
  id: string | number,
  params: Record<string, unknown>,
  send: (message: object) => void,
  over: AbortSignal,
): Promise<void> {
  const given = (params.arguments ?? {}) as Record<string, unknown>
  const say = (text: string): void => send({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })
  if (params.name === 'echo') return say(String(given.text ?? ''))
  if (params.name !== 'count') return send(rpcError(id, -32_602, 'The tools here are echo and count.'))
  const to = Number(given.to)
  const everyMs = Number(given.everyMs ?? 100)
  if (!(Number.isInteger(to) && to >= 0 && to <= mostSteps && everyMs >= 0 && everyMs <= 60_000)) {
    return send(rpcError(id, -32_602, `count takes a whole number up to ${mostSteps}, and everyMs up to 60000.`))
  }
  const meta = params._meta as { progressToken?: unknown } | undefined
  const progressToken = meta?.progressToken ?? id
  for (let progress = 1; progress <= to; progress++) {
    await wait(everyMs, undefined, { signal: over }).catch(() => {})
    if (over.aborted) return
    send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress, total: to } })
  }
  say(`counted to ${to}`)
}
