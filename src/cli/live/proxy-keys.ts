/** What the keys do while a proxy runs: q quits, f switches faults, i switches the injection, h writes a HAR file. */
import { SseCoordError } from '../../error.js'
import type { Proxy as DevProxy, Injection } from '../../index.js'
import type { Key } from './keys.js'
import { openPrompt, type Prompt } from './prompt.js'

/** What keys act on. */
export interface ProxyKeyOptions {
  proxy: DevProxy
  injection: Injection
  note(line: string): void
  /** Writes what has passed so far; resolves with the file's name. */
  writeHar(): Promise<string>
  end(how: 'quit' | 'interrupt'): void
}

/** Takes keys, and tells what they have done to what is drawn. */
export interface ProxyKeys {
  press(key: Key): void
  state(): { faults: string[]; injecting: boolean; typed: string | null }
}

/** Begins with nothing typed. */
export function createProxyKeys({ proxy, injection, note, writeHar, end }: ProxyKeyOptions): ProxyKeys {
  let prompt: Prompt | null = null

  function switchFaults(text: string): void {
    const off = /^-\s*(\d*)$/.exec(text)
    if (off?.[1] === '') proxy.faults.set([])
    else if (off) {
      if (!proxy.faults.remove(Number(off[1]))) note(`There is no fault ${off[1]}.`)
    } else if (text !== '') proxy.faults.add(text)
  }

  function type(key: Key, line: Prompt): void {
    const text = line.press(key)
    if (text === undefined) return
    prompt = null
    try {
      if (text !== null) switchFaults(text)
    } catch (error) {
      noteError(error)
    }
  }

  function noteError(error: unknown): void {
    if (!(error instanceof SseCoordError)) throw error
    note(error.hint ? `${error.message} ${error.hint}` : error.message)
  }

  return {
    press(key) {
      if (key === 'interrupt') end('interrupt')
      else if (prompt) type(key, prompt)
      else if (key === 'q') end('quit')
      else if (key === 'f') prompt = openPrompt()
      else if (key === 'i') injection.switch(!injection.isOn)
      else if (key === 'h') void writeHar().then((file) => note(`HAR written to ${file}`), noteError)
    },
    state: () => ({
      faults: proxy.faults.list().map(({ number, text }) => `${number} ${text}`),
      injecting: injection.isOn,
      typed: prompt?.text ?? null,
    }),
  }
}
