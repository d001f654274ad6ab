/**
 * Ctrl-C, and the signals by which systems end a process. The first asks the run to stop, which still reports what it
 * knows; the second ends at once. `SIGBREAK` is Ctrl-Break, with which Windows and its build services end what goes on after
 * a Ctrl-C.
 */
import type { CliProcess, Signal } from './process.js'

const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']

/**
 * Listens until `close()`, after which signals do again what they do by default.
 *
 * @param onFirst called once
 * @param onSecond called once, before the process ends with 130
 */
export function listenForInterrupts(process: CliProcess, onFirst: () => void, onSecond: () => void): { close(): void } {
  let count = 0
  const listener = () => {
    count++
    if (count === 1) onFirst()
    if (count !== 2) return
    onSecond()
    process.exit(130)
  }
  for (const signal of signals) process.on(signal, listener)
  return {
    close() {
      for (const signal of signals) process.off(signal, listener)
    },
  }
}
