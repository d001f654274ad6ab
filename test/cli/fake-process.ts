/** A process to run commands in: keeps what was written, sends signals when told. */
import { EventEmitter } from 'node:events'
import type { CliOutput, CliProcess } from '../../src/cli/process.js'

interface FakeOutput extends CliOutput {
  text: string
  isTTY: boolean
  columns: number
  rows: number
  /** When set, every write fails with it. */
  failure: NodeJS.ErrnoException | null
}

export interface FakeProcess extends CliProcess {
  stdout: FakeOutput
  stderr: FakeOutput
  exits: number[]
  emit(event: string, ...values: unknown[]): boolean
  listenerCount(event: string): number
}

function createOutput(isTTY: boolean): FakeOutput {
  const events = new EventEmitter()
  return {
    text: '',
    isTTY,
    columns: 80,
    rows: 24,
    failure: null,
    write(text, done) {
      const { failure } = this
      if (!failure) this.text += text
      // As Node does it: the callback first, then the event, which throws where nobody listens.
      setImmediate(() => {
        done?.(failure)
        if (failure) events.emit('error', failure)
      })
      return true
    },
    on: (event, listener) => events.on(event, listener),
  }
}

export function createProcess(
  args: string[],
  options: { env?: Record<string, string>; tty?: boolean; platform?: string } = {},
): FakeProcess {
  const events = new EventEmitter()
  const exits: number[] = []
  return {
    argv: ['node', 'sse-coord', ...args],
    env: options.env ?? { LANG: 'C.UTF-8' },
    platform: options.platform ?? 'linux',
    stdout: createOutput(options.tty ?? false),
    stderr: createOutput(options.tty ?? false),
    exits,
    on: (event: string, listener: (fault: Error) => void) => events.on(event, listener),
    off: (event: string, listener: (fault: Error) => void) => events.off(event, listener),
    exit: (code) => void exits.push(code),
    emit: (event, ...values) => events.emit(event, ...values),
    listenerCount: (event) => events.listenerCount(event),
  }
}
