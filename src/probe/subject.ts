/** What every probe of one stream is given. */
import type { WireRequest } from './wire.js'

export interface Subject {
  /** As the user asked for it; probes add to its headers. The watch leaves HTTP/2 out where that turns out broken. */
  request: WireRequest
  /** The origin of time of the run. */
  startedAt: number
  watchMs: number
  signal: AbortSignal
  /** Waits for a free connection to the host, where manners allow only two at a time; then runs. */
  connected<Result>(run: () => Promise<Result>): Promise<Result>
}

/** The request with other headers. */
export function withHeaders(request: WireRequest, headers: Record<string, string>): WireRequest {
  return { ...request, headers: { ...request.headers, ...headers } }
}
