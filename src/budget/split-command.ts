/**
 * A command line as a shell would cut it into words, for commands that need nothing else of a shell. What is more than
 * words, quotes and backslashes is left to the platform’s own shell; docs/decisions/0007 says why.
 */

/**
 * The words of the line; null where it needs a shell: pipes, lists, redirections, variables, patterns, assignments in front,
 * or a quote that is never closed.
 */
export function splitCommand(line: string): string[] | null {
  const words: string[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? ''
    if (quote === "'") {
      if (character === "'") quote = undefined
      else word += character
      continue
    }
    if (character === '\\') {
      const next = line[++index]
      if (next === undefined) return null
      // Between double quotes a backslash protects only what would mean something there.
      word = (word ?? '') + (quote === undefined || '"\\$`'.includes(next) ? next : `\\${next}`)
      continue
    }
    if (character === '$' || character === '`') return null
    if (quote === '"') {
      if (character === '"') quote = undefined
      else word += character
      continue
    }
    if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/[\s]/.test(character)) {
      if (character === '\n') return null
      if (word !== undefined) words.push(word)
      word = undefined
    } else if ('|&;<>()*?[]{}~#!'.includes(character)) {
      return null
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== undefined) return null
  if (word !== undefined) words.push(word)
  return words.length === 0 || /^\w+=/.test(words[0] ?? '') ? null : words
}
