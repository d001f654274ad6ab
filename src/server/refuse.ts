/** The errors of the server kit, in one place, so that each says what happened and what to do. */
import { SseCoordError } from '../error.js'

/** For an option that makes no sense. */
export function badOption(message: string, hint?: string): SseCoordError {
  return new SseCoordError('bad-option', message, hint === undefined ? {} : { hint })
}

/** For writing to a session, or registering one, whose client has left. */
export function sessionNotActive(attempt: string): SseCoordError {
  return new SseCoordError('session-closed', `cannot ${attempt}: the session is not active, its connection is closed`, {
    hint: 'check session.isConnected first, or stop on its “disconnected” event',
  })
}

/** Whether that is what was thrown. */
export function isSessionNotActive(error: unknown): boolean {
  return error instanceof SseCoordError && error.code === 'session-closed'
}
