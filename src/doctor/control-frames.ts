/** Events that carry no news of the app: signs of life, and greetings. */

const signsOfLife = new Set([
  'ping',
  'pong',
  'heartbeat',
  'heart-beat',
  'keepalive',
  'keep-alive',
  'hb',
  'alive',
  'noop',
])
const greetings = new Set(['ready', 'connected', 'connect', 'open', 'hello', 'init', 'welcome', 'endpoint'])

/** Whether an event of this type is sent to keep the connection open. */
export function isSignOfLife(type: string): boolean {
  return signsOfLife.has(type.toLowerCase())
}

/** Whether events of this type tell of the connection rather than of the app. */
export function isControlFrame(type: string): boolean {
  return isSignOfLife(type) || greetings.has(type.toLowerCase())
}
