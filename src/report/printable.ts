/**
 * Makes a text safe to print. Reports carry words from elsewhere (URLs, the browser's messages), and a terminal obeys
 * control characters: an escape sequence could recolour the screen, hide a line or write the clipboard. Build services obey
 * words: a runner of GitHub Actions takes a line that begins with `::error::` or holds `##[error]` for a command.
 */

/** C0, DEL, C1, lone surrogates, line and paragraph separators, and the marks that change the direction of text. */
const dangerous = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/gu

/** The commands of GitHub Actions in both spellings, wherever they stand: breaking a text into lines may put them in front. */
const commands =
  /::(?=(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|internal-\S*|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)\b)|##\[/giu

/** The punctuation that our own sentences use, for terminals that cannot show it. */
const ascii: Record<string, string> = {
  '–': '-',
  '—': '-',
  '−': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '·': '-',
  '•': '*',
  '×': 'x',
  '≤': '<=',
  '≥': '>=',
  '±': '+/-',
  '→': '->',
  µ: 'u',
  '\u00a0': ' ',
}

/**
 * One line of text without anything that a terminal acts on: line breaks and tabs become spaces, other control
 * characters their code, as in `\x1b`, and so the first sign of what a build service would obey.
 *
 * @param options.unicode false turns everything outside ASCII into the nearest there is, or `?`
 */
export function printable(text: string, options: { unicode: boolean }): string {
  const safe = text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(dangerous, showCode)
    .replace(commands, (mark) => showCode(mark) + mark.slice(1))
  return options.unicode ? safe : safe.replace(/[^\x20-\x7e]/gu, (character) => ascii[character] ?? '?')
}

function showCode(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
