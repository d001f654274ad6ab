/** One line of text, typed key by key. */
import type { Key } from './keys.js'

const mostCharacters = 200

/** A line that is being typed. */
export interface Prompt {
  readonly text: string
  /** Takes a key. Returns the text once Enter is pressed, `null` once it was given up, `undefined` until then. */
  press(key: Key): string | null | undefined
}

/** Begins with an empty line. */
export function openPrompt(): Prompt {
  let text = ''
  return {
    get text() {
      return text
    },
    press(key) {
      if (key === 'enter') return text.trim()
      if (key === 'escape') return null
      if (key === 'backspace') text = text.slice(0, -1)
      else if (key.length === 1 && key >= ' ' && text.length < mostCharacters) text += key
      return undefined
    },
  }
}
