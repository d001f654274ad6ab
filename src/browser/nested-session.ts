/**
 * A session of a worker or frame inside the session of its page, spoken to through it. Puppeteer gives sessions beside one
 * another; those of other libraries know none but the page's own, and this is how the rest is reached.
 */
import type { CDPSession, Protocol } from 'puppeteer-core'

/** Whether sessions of what belongs to this one can be had beside it. */
export function isFlat(session: CDPSession): boolean {
  return typeof session.connection === 'function'
}

/** The session of a target that was attached to: beside its parent, or inside it. */
export function childSession(
  parent: CDPSession,
  { sessionId }: Protocol.Target.AttachedToTargetEvent,
): CDPSession | undefined {
  if (isFlat(parent)) return parent.connection()?.session(sessionId) ?? undefined
  return nest(parent, sessionId)
}

type Listener = (event: unknown) => void

function nest(parent: CDPSession, sessionId: string): CDPSession {
  let count = 0
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Set<Listener>>()

  function onMessage(event: Protocol.Target.ReceivedMessageFromTargetEvent): void {
    if (event.sessionId !== sessionId) return
    const message = JSON.parse(event.message) as {
      id?: number
      method?: string
      params?: unknown
      result?: unknown
      error?: { message: string }
    }
    if (message.id !== undefined) {
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.error) call?.reject(new Error(message.error.message))
      else call?.resolve(message.result)
    } else if (message.method !== undefined) {
      for (const listener of listeners.get(message.method) ?? []) listener(message.params)
    }
  }

  function onDetached(event: Protocol.Target.DetachedFromTargetEvent): void {
    if (event.sessionId !== sessionId) return
    parent.off('Target.receivedMessageFromTarget', onMessage)
    parent.off('Target.detachedFromTarget', onDetached)
    for (const { reject } of waiting.values()) reject(new Error('The target has gone.'))
    waiting.clear()
  }

  parent.on('Target.receivedMessageFromTarget', onMessage)
  parent.on('Target.detachedFromTarget', onDetached)
  const session = {
    id: () => sessionId,
    on(method: string, listener: Listener) {
      listeners.set(method, (listeners.get(method) ?? new Set()).add(listener))
      return session
    },
    off(method: string, listener: Listener) {
      listeners.get(method)?.delete(listener)
      return session
    },
    send(method: string, params: unknown = {}) {
      const id = ++count
      const message = JSON.stringify({ id, method, params })
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
      parent.send('Target.sendMessageToTarget', { sessionId, message }).catch((error: Error) => {
        waiting.get(id)?.reject(error)
        waiting.delete(id)
      })
      return answer
    },
    async detach() {},
  }
  return session as unknown as CDPSession
}
