/** Keys as they are pressed. The terminal is put back as it was in every ending. */
import type { CliInput, CliProcess } from '../process.js'

/** Where keys come from. */
export interface Keys {
  /** Puts the terminal back; may be called again. */
  close(): void
}

/** The names of keys that are no letters. */
export type Key = 'enter' | 'escape' | 'backspace' | 'interrupt' | (string & {})

const named: Record<string, Key> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'interrupt',
  '\u0004': 'interrupt',
}

/** Whether keys can be read one at a time. */
export function canReadKeys({ stdin }: CliProcess): boolean {
  return stdin?.isTTY === true && stdin.setRawMode !== undefined
}

/** Calls `onKey` for each key: the character, or its name. Arrows and the like, which are several characters, are dropped. */
export function readKeys(process: CliProcess, onKey: (key: Key) => void): Keys {
  const stdin: CliInput | undefined = process.stdin
  if (!stdin || !canReadKeys(process)) return { close() {} }
  const onData = (chunk: Buffer | string): void => {
    const text = String(chunk)
    if (text.length > 1 && text.startsWith('\u001b')) return
    for (const character of text) onKey(named[character] ?? character)
  }
  let isOpen = true
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    stdin.off('data', onData)
    stdin.setRawMode?.(false)
    stdin.pause()
    process.off('exit', close)
  }
  stdin.setRawMode?.(true)
  stdin.on('data', onData)
  stdin.resume()
  process.on('exit', close)
  return { close }
}
