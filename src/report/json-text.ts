/** JSON that may be looked at in a terminal, or in the log of a build service. */

/** What JSON would let through: DEL, C1, line separators, marks that change the direction of text, and a runner's `##[`. */
const dangerous = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|#(?=#\[)/g

/** The value as `JSON.stringify` writes it, with what a terminal or a runner would act on escaped: it reads as the same value. */
export function jsonText(
  value: unknown,
  replacer: ((key: string, value: unknown) => unknown) | null = null,
  indent = 0,
): string {
  return JSON.stringify(value, replacer as never, indent).replace(dangerous, escapeUnicode)
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
