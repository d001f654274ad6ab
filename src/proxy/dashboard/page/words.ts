/** Figures and foreign text, in words and signs that can be read. */

export { formatSize as sizeOf } from '../../../evidence/size.js'

/** A length of time: `40 ms`, `1.2 s`, `12 s`, `3 min`, `2 h`; `–` where it is not known. */
export function durationOf(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–'
  if (ms < 950) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`
  if (ms < 3_570_000) return `${Math.round(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}

/** How long ago, to the second, so that it does not flicker. */
export function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** A moment as the time of day, to the millisecond. */
export function timeOf(at: number): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** A whole number with thin spaces between thousands. */
export function countOf(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202F')
}

/** One or several: `1 stream`, `3 streams`. */
export function plural(value: number, noun: string): string {
  return `${countOf(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** Text with what cannot be seen, or would turn it around, made visible. Line ends stay where `lines` says so. */
export function visible(text: string, lines = false): string {
  return text.replace(/[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) => {
    if (lines && (character === '\n' || character === '\t')) return character
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    if (code === 0x7f) return '\u2421'
    return `\\u{${code.toString(16)}}`
  })
}

/** The path of a web address; of anything else, all of it. */
export function pathOf(address: string | null): string {
  if (address === null) return '–'
  return URL.canParse(address) ? new URL(address).pathname : address
}
