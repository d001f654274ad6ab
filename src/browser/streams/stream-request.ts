/** What a request tells of the stream that it asks for. */
import type { SeenRequest } from '../seen-request.js'
import type { Frame } from './stack.js'
import type { StreamRecord } from './stream-record.js'

export function isStreamAnswer({ answer }: SeenRequest): boolean {
  return answer?.mimeType.toLowerCase() === 'text/event-stream'
}

/** Firefox names no type: until the call is known, what asks for a stream and nothing else is an EventSource. */
export function kindOf({ type, accept }: SeenRequest): StreamRecord['kind'] {
  if (type === 'EventSource' || (type === undefined && accept === 'text/event-stream')) return 'EventSource'
  return type === 'XHR' ? 'xhr' : 'fetch'
}

export function contextOf(
  { target, frameId }: SeenRequest,
  isMainFrame: (frameId: string | undefined) => boolean,
): StreamRecord['context'] {
  if (target === 'page') return isMainFrame(frameId) ? 'page' : 'iframe'
  if (target === 'iframe') return 'iframe'
  if (target === 'worker') return 'worker'
  if (target === 'shared_worker') return 'shared-worker'
  return target === 'service_worker' ? 'service-worker' : 'unknown'
}

/** The network sees no fragment. */
export function sameUrl(one: string, other: string): boolean {
  return one.split('#', 1)[0] === other.split('#', 1)[0]
}

export function toFrame(frame: { functionName: string; url: string; lineNumber: number; columnNumber: number }): Frame {
  return {
    function: frame.functionName || null,
    url: frame.url,
    line: frame.lineNumber + 1,
    column: frame.columnNumber + 1,
  }
}
