/** Text inside XML and HTML. */

/** What XML 1.0 cannot hold, not even escaped; and what an eye cannot see. */
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]/gu

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For the content of an element. Control characters become their code, as in `\x1b`. */
export function escapeXml(text: string): string {
  return text.replace(forbidden, showCode).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** For the value of an attribute, between quotes: line breaks stay line breaks. */
export function escapeAttribute(text: string): string {
  return escapeXml(text).replace(/[\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function showCode(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
