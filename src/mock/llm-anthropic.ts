/** The events of Anthropic's messages: each named like its `type`, and no mark at the end but `message_stop`. */
import { randomBytes } from 'node:crypto'
import type { DialectMaker, Piece } from './llm-dialect.js'

/** The shape of `POST /v1/messages`. */
export const createMessage: DialectMaker = ({ model, promptTokens }, tokens) => {
  const message = {
    id: `msg_${randomBytes(12).toString('hex')}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [] as object[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage: { input_tokens: promptTokens, output_tokens: 0 },
  }
  const output_tokens = tokens.length

  function piece(type: string, more: object = {}): Piece {
    return { event: type, data: JSON.stringify({ type, ...more }) }
  }

  return {
    opening: () => [
      piece('message_start', { message }),
      piece('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      piece('ping'),
    ],
    token: (text) => piece('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    closing: () => [
      piece('content_block_stop', { index: 0 }),
      piece('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens } }),
      piece('message_stop'),
    ],
    whole: () => ({
      ...message,
      content: [{ type: 'text', text: tokens.join('') }],
      stop_reason: 'end_turn',
      usage: { input_tokens: promptTokens, output_tokens },
    }),
  }
}
