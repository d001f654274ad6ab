/**
 * The `llm` profile: an answer that comes token by token at a model's pace, and that ends by design; in the shape of OpenAI's
 * chat completions, or of Anthropic's messages on a path that ends with `/messages`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Session } from '../server/index.js'
import { createMessage } from './llm-anthropic.js'
import type { Dialect, Piece, Prompt } from './llm-dialect.js'
import { createChatCompletion } from './llm-openai.js'
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

/** Answers one request: POST with a prompt, or GET, as EventSource asks. */
export async function answerPrompt(request: IncomingMessage, response: ServerResponse, llm: LlmContext): Promise<void> {
  const body = request.method === 'POST' ? await readBody(request, response) : '{"stream": true}'
  if (body === undefined) return
  const prompt = readPrompt(body, /text\/event-stream/.test(request.headers.accept ?? ''))
  if (typeof prompt === 'string') {
    return sendJson(response, 400, { type: 'error', error: { message: prompt, type: 'invalid_request_error' } })
  }
  const tokens = tokensOf(llm.text, llm.tokens)
  const make = /\/messages(\?|$)/.test(request.url ?? '') ? createMessage : createChatCompletion
  const dialect = make(prompt, tokens)
  if (!prompt.streams) return sendJson(response, 200, dialect.whole())
  const session = llm.openSession(request, response)
  if (!session?.isConnected || request.method === 'HEAD') return
  for await (const { event, data } of speak(dialect, tokens, session, llm)) {
    if (!session.isConnected) return
    session.push(data, event)
    await session.drained()
  }
  await session.close()
}

/** The pieces of an answer, each when it is due. */
async function* speak(
  dialect: Dialect,
  tokens: readonly string[],
  session: Session,
  { firstTokenMs, msPerToken, jitterMs, random }: LlmContext,
): AsyncGenerator<Piece> {
  let dueMs = performance.now() + firstTokenMs
  for (const [index, token] of tokens.entries()) {
    await waitUntil(dueMs + (index === 0 ? 0 : (random() * 2 - 1) * jitterMs), session)
    if (index === 0) yield* dialect.opening()
    yield dialect.token(token)
    dueMs += msPerToken
  }
  yield* dialect.closing()
}

/** The prompt's settings, or what is wrong with it. Without a word of it in the body, a stream comes to who accepts one. */
function readPrompt(body: string, acceptsStream: boolean): Prompt | string {
  let value: unknown
  try {
    value = JSON.parse(body === '' ? '{}' : body)
  } catch (error) {
    return `The body is no JSON: ${(error as Error).message}.`
  }
  if (typeof value !== 'object' || value === null) return 'The body is JSON but no object.'
  const { model, stream, stream_options: options, messages } = value as Record<string, unknown>
  const streams = stream ?? acceptsStream
  if (typeof streams !== 'boolean') return 'The field stream is true or false.'
  return {
    model: typeof model === 'string' ? model : 'sse-coord-mock',
    streams,
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
