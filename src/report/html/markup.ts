/** HTML put together so that no text of anybody else can become markup: what is inserted is escaped, markup alone is not. */
import { escapeAttribute } from '../xml.js'

/** A piece of HTML that was made by `markup`. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Insert = Markup | string | number | readonly Insert[] | false | null | undefined

/** A template: strings and numbers are escaped, lists are joined, `false`, `null` and `undefined` are nothing. */
export function markup(parts: TemplateStringsArray, ...inserts: Insert[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + render(inserts[index - 1]) + part))
}

function render(insert: Insert): string {
  if (insert instanceof Markup) return insert.text
  if (insert === false || insert === null || insert === undefined) return ''
  if (typeof insert === 'string' || typeof insert === 'number') return escapeAttribute(`${insert}`)
  return insert.map(render).join('')
}
