/** Whether a browser would read an answer. HTML standard, section 9.2.2, “announce the connection”. */
import { headerOf, type StreamAnswer } from '../client/index.js'
import { eventStreamMediaType } from '../sse/encode.js'
import type { StopReason } from './happening.js'

/** Why a browser gives up on an answer for good. */
export interface Refusal {
  reason: StopReason
  message: string
  hint: string | null
}

/** `undefined` for an event stream. */
export function judgeHead({ status, headers }: StreamAnswer): Refusal | undefined {
  if (status === 204) {
    return { reason: 'no-content', message: '204: the server wants no more connections.', hint: null }
  }
  if (status !== 200) {
    const hint = 'EventSource needs 200; after anything else it closes for good, also when it comes back.'
    return { reason: 'status', message: `${status} is no stream: a browser gives up here.`, hint }
  }
  const type = headerOf(headers, 'content-type')
  if (type?.split(';', 1)[0]?.trim().toLowerCase() === eventStreamMediaType) return undefined
  const words = type === undefined ? 'The answer has no content type' : `The content type is ${type}`
  return {
    reason: 'content-type',
    message: `${words}, not ${eventStreamMediaType}: a browser gives up here.`,
    hint: `The server has to send Content-Type: ${eventStreamMediaType}.`,
  }
}
