/** What every probe of one stream is given. */
import type { StreamRequest } from '../client/index.js'

export interface Subject {
  /** As the user asked for it; probes add to its headers. The watch leaves HTTP/2 out where that turns out broken. */
  request: StreamRequest
  /** The origin of time of the run. */
  startedAt: number
  watchMs: number
  signal: AbortSignal
  /** Waits for a free connection to the host, where manners allow only two at a time; then runs. */
  connected<Result>(run: () => Promise<Result>): Promise<Result>
}

/** How long the looks beside the watch may outlast it, all together. */
const graceMs = 7500
const leastPatienceMs = 200

/** How long one of them is given, in milliseconds: so long, or what is left until all have to be over. */
export function patienceOf({ watchMs, startedAt }: Subject, mostMs: number): number {
  const leftMs = watchMs + graceMs - (performance.now() - startedAt)
  return Math.max(leastPatienceMs, Math.min(mostMs, leftMs))
}

/** The request with other headers; they take the place of those of the same name. */
export function withHeaders(request: StreamRequest, headers: Record<string, string>): StreamRequest {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const others = (request.headers ?? []).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...request, headers: [...others, ...Object.entries(headers)] }
}
