/**
 * The `llm` profile: an answer that comes token by token, in the chunks that OpenAI's chat completions made common, and
 * that ends by design, with `[DONE]`.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Session } from '../server/index.js'
import { readBody } from './read-body.js'
import { sendJson } from './respond.js'
import type { LlmSettings } from './settle-mock.js'

/** What the profile stands on. */
export interface LlmContext extends LlmSettings {
  /** What is said. */
  text: string
  random(): number
  /** `undefined` when a fault answers in place of the stream. */
  openSession(request: IncomingMessage, response: ServerResponse): Session | undefined
}

/** What is said when nothing else was asked for. */
export const defaultAnswer: string =
  'An event stream is a response that does not end at once. The server writes a few lines whenever it has something to ' +
  'say, and the browser hands each block to the page as it comes. This one stands in for a language model: it thinks for ' +
  'a moment, speaks one token at a time, and says when it is done.'

interface Prompt {
  model: string
  streams: boolean
  includesUsage: boolean
  promptTokens: number
}

/** Answers one request: POST with a prompt, or GET, as EventSource asks. */
export async function answerPrompt(request: IncomingMessage, response: ServerResponse, llm: LlmContext): Promise<void> {
  const body = request.method === 'POST' ? await readBody(request, response) : '{}'
  if (body === undefined) return
  const prompt = readPrompt(body)
  if (typeof prompt === 'string')
    return sendJson(response, 400, { error: { message: prompt, type: 'invalid_request_error' } })
  const tokens = tokensOf(llm.text, llm.tokens)
  const id = `chatcmpl-${randomBytes(9).toString('base64url')}`
  const created = Math.floor(Date.now() / 1000)
  const { model, promptTokens, includesUsage } = prompt
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  }
  if (!prompt.streams) {
    const message = { role: 'assistant', content: tokens.join('') }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    return sendJson(response, 200, { id, object: 'chat.completion', created, model, choices, usage })
  }
  const session = llm.openSession(request, response)
  if (!session?.isConnected || request.method === 'HEAD') return
  const chunk = (delta: object, finish_reason: string | null): string =>
    JSON.stringify({
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [{ index: 0, delta, finish_reason }],
    })

  async function* chunks(): AsyncGenerator<string> {
    let dueMs = performance.now() + llm.firstTokenMs
    for (const [index, token] of tokens.entries()) {
      await waitUntil(dueMs + (index === 0 ? 0 : (llm.random() * 2 - 1) * llm.jitterMs), session as Session)
      if (index === 0) yield chunk({ role: 'assistant', content: '' }, null)
      yield chunk({ content: token }, null)
      dueMs += llm.msPerToken
    }
    yield chunk({}, 'stop')
    if (includesUsage) {
      yield JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [], usage })
    }
    yield '[DONE]'
  }
  if (await session.iterate(chunks(), { eventName: 'message' })) await session.close()
}

/** The prompt's settings, or what is wrong with it. */
function readPrompt(body: string): Prompt | string {
  let value: unknown
  try {
    value = JSON.parse(body === '' ? '{}' : body)
  } catch (error) {
    return `The body is no JSON: ${(error as Error).message}.`
  }
  if (typeof value !== 'object' || value === null) return 'The body is JSON but no object.'
  const { model, stream, stream_options: options, messages } = value as Record<string, unknown>
  return {
    model: typeof model === 'string' ? model : 'sse-coord-mock',
    streams: stream !== false,
    includesUsage: (options as { include_usage?: unknown } | undefined)?.include_usage === true,
    promptTokens: messages === undefined ? 0 : tokensOf(JSON.stringify(messages)).length,
  }
}

/** Words with the blank before them, as a tokenizer would roughly cut; said again until `count` are spent. */
function tokensOf(text: string, count?: number): string[] {
  const once = text.match(/\s*[\p{L}\p{N}]{1,8}|\s*[^\s\p{L}\p{N}]|\s+$/gu) ?? [text]
  if (count === undefined) return once
  return Array.from({ length: count }, (_, index) => once[index % once.length] ?? '')
}

/** Waits, but no longer than the client stays. */
function waitUntil(dueMs: number, session: Session): Promise<void> {
  const ms = dueMs - performance.now()
  if (ms <= 0 || !session.isConnected) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      session.off('disconnected', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    session.once('disconnected', done)
  })
}
