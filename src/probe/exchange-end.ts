/** How a look came to its end, in the words of the evidence. */
import type { Ending, StreamFailure } from '../client/index.js'
import type { ExchangeEnd } from '../evidence/exchange.js'

export type End = Pick<ExchangeEnd, 'how' | 'stage' | 'code' | 'detail'>

export const leftAlone: End = { how: 'left', stage: null, code: null, detail: null }

export function full(code: string, detail: string): End {
  return { how: 'full', stage: 'body', code, detail }
}

export function endOf({ kind, code }: Ending): End {
  if (kind === 'aborted') return leftAlone
  if (kind === 'end') return { how: 'closed', stage: null, code: null, detail: null }
  return { how: 'cut', stage: 'body', code: plainCode(code), detail: endings[kind] }
}

const endings: Record<Exclude<Ending['kind'], 'end' | 'aborted'>, string> = {
  cut: 'the connection ended inside the response',
  reset: 'the connection was reset',
  'stream-error': 'the server reset the stream',
  goaway: 'the server ended the connection with a reason',
  error: 'the response broke off',
}

export function failureOf({ stage, reason, timedOut, message }: StreamFailure): End {
  const reached = stage === 'request' || stage === 'redirect' ? 'headers' : stage
  return {
    how: 'failed',
    stage: reached,
    code: timedOut ? 'ETIMEDOUT' : plainCode(reason),
    detail: message.replace(/\.$/, ''),
  }
}

/** `PROTOCOL_ERROR`, whoever speaks of it. */
function plainCode(code: string | null): string | null {
  return code?.replace(/^NGHTTP2_/, '') ?? null
}
