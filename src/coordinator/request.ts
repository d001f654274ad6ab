/** How the stream is asked for where a plain GET does not do: with headers, a method or a body, and again after a 401. */
import type { Plan } from './plan.js'

/** Makes the request by `send`, which adds what every request for a stream has. */
export type MakeRequest = (send: (init?: RequestInit) => Promise<Response>) => Promise<Response>

/** What makes the requests that a plan wants; undefined where plain ones do. */
export function requestFor({
  headers,
  method,
  body,
}: Pick<Plan, 'headers' | 'method' | 'body'>): MakeRequest | undefined {
  if (!headers && !method && !body) return undefined
  const isAsked = typeof headers === 'function'
  return async (send) => {
    const ask = async (refused: boolean) =>
      send({
        method: method || 'GET',
        body: body || null,
        headers: isAsked ? await headers({ refused }) : headers,
      } as RequestInit)
    const response = await ask(false)
    if (response.status !== 401 || !isAsked) return response
    await response.body?.cancel()
    return ask(true)
  }
}
