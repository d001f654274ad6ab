/** The page's line to the proxy: the state as it changes, over our own coordinator, and the changes that it asks for. */
import type { DashboardState, EventBatch, FaultKind, Refusal } from '../messages.js'

declare const SharedEventSource: typeof EventSource

/** Whether what is shown is live. */
export type LinkStatus = 'live' | 'reconnecting' | 'gone'

/** What the page does with what it hears. */
export interface LinkListener {
  onState(state: DashboardState): void
  onEvents(batch: EventBatch): void
  onStatus(status: LinkStatus): void
}

const tokenKey = 'sse-coord-token'

/** A change that was refused, in the server's words. */
export class RefusedError extends Error {
  readonly hint: string | null

  constructor({ message, hint }: Refusal) {
    super(message)
    this.hint = hint
  }
}

/** Takes the token out of the address, where it would be seen and shared, and keeps it for this tab. */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given !== null) {
    sessionStorage.setItem(tokenKey, given)
    history.replaceState(null, '', location.pathname)
  }
  return sessionStorage.getItem(tokenKey)
}

/** Begins to listen. All tabs of the dashboard share one stream. */
export function listen(listener: LinkListener): void {
  const source = new SharedEventSource('/events')
  const refresh = async (): Promise<void> => {
    const state = await ask<DashboardState>('/state').catch(() => null)
    if (state) listener.onState(state)
  }
  source.addEventListener('state', ({ data }: MessageEvent<string>) => listener.onState(JSON.parse(data)))
  source.addEventListener('events', ({ data }: MessageEvent<string>) => listener.onEvents(JSON.parse(data)))
  for (const type of ['gap', 'reset']) source.addEventListener(type, () => void refresh())
  source.onopen = () => {
    listener.onStatus('live')
    void refresh()
  }
  source.onerror = () => listener.onStatus(source.readyState === source.CLOSED ? 'gone' : 'reconnecting')
}

/** Reads something. */
export async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(path, { cache: 'no-store' })
  if (!response.ok) throw new RefusedError(await refusalOf(response))
  return (await response.json()) as Answer
}

/** The faults that can be switched on. */
export const askForKinds = (): Promise<FaultKind[]> => ask('/kinds')

/** Asks for a change. @throws RefusedError */
export async function change(path: string, body: object): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sessionStorage.getItem(tokenKey) ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new RefusedError(await refusalOf(response))
}

async function refusalOf(response: Response): Promise<Refusal> {
  const words = { message: `The dashboard answered ${response.status}.`, hint: null }
  return response.json().catch(() => words) as Promise<Refusal>
}
