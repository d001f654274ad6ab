/** The chunks that OpenAI's chat completions made common: unnamed events, and `[DONE]` as the last. */
import { randomBytes } from 'node:crypto'
import type { DialectMaker, Piece } from './llm-dialect.js'

/** The shape of `POST /v1/chat/completions`. */
export const createChatCompletion: DialectMaker = ({ model, includesUsage, promptTokens }, tokens) => {
  const id = `chatcmpl-${randomBytes(9).toString('base64url')}`
  const created = Math.floor(Date.now() / 1000)
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  }

  function piece(choices: object[], more: object = {}): Piece {
    return { data: JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices, ...more }) }
  }

  function delta(change: object, finish_reason: string | null = null): Piece {
    return piece([{ index: 0, delta: change, finish_reason }])
  }

  return {
    opening: () => [delta({ role: 'assistant', content: '' })],
    token: (content) => delta({ content }),
    closing: () => [delta({}, 'stop'), ...(includesUsage ? [piece([], { usage })] : []), { data: '[DONE]' }],
    whole() {
      const message = { role: 'assistant', content: tokens.join('') }
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      return { id, object: 'chat.completion', created, model, choices, usage }
    },
  }
}
