/**
 * Timers that keep no process alive: servers live by their sockets, and a test or a build that merely made a channel or a
 * response is to end when it is done.
 */

/** The timer, which the process does not wait for. In simulated pages it is a number, and nothing can be said of it. */
export function letExit(timer: NodeJS.Timeout): NodeJS.Timeout {
  timer.unref?.()
  return timer
}
