/** The kinds of values that faults take, each with its default, how it is read, and how it is asked for. */
import { parseDuration, parseSize } from '../config/quantities.js'

/** How a fault's value is read. */
export interface ValueKind<Value> {
  /** For help and errors: “a duration such as 100ms”. */
  description: string
  /** What the value is when none is given, as it would be written. */
  fallback: string
  /** `undefined` for text that is no such value. */
  parse(text: string): Value | undefined
}

/** A duration, in milliseconds. */
export function duration(fallback: string): ValueKind<number> {
  return { description: `a duration such as ${fallback}`, fallback, parse: parseDuration }
}

/** A size in bytes, at least 1; a bare number where `allowBare` is set. */
export function size(fallback: string, allowBare = false): ValueKind<number> {
  return {
    description: `a size such as ${fallback}`,
    fallback,
    parse: (text) => positive(allowBare && /^\d+$/.test(text) ? Number(text) : parseSize(text)),
  }
}

/** A size in bytes or a duration in milliseconds. */
export function sizeOrDuration(fallback: string): ValueKind<{ bytes: number } | { ms: number }> {
  return {
    description: `a size such as ${fallback} or a duration such as 4s`,
    fallback,
    parse(text) {
      const ms = parseDuration(text)
      if (ms !== undefined) return { ms }
      const bytes = positive(parseSize(text))
      return bytes === undefined ? undefined : { bytes }
    },
  }
}

/** One of these words, or a duration. */
export function durationOrName(names: Readonly<Record<string, number>>, fallback: string): ValueKind<number> {
  return {
    description: `a duration such as ${fallback} or one of ${Object.keys(names).join(', ')}`,
    fallback,
    parse: (text) => (Object.hasOwn(names, text) ? names[text] : parseDuration(text)),
  }
}

/** A status code from a range. */
export function statusCode(from: number, to: number, fallback: string): ValueKind<number> {
  return {
    description: `a status code from ${from} to ${to}, such as ${fallback}`,
    fallback,
    parse(text) {
      const code = /^\d{3}$/.test(text) ? Number(text) : Number.NaN
      return code >= from && code <= to ? code : undefined
    },
  }
}

/** A media type. */
export function mediaType(fallback: string): ValueKind<string> {
  return {
    description: `a media type such as ${fallback}`,
    fallback,
    parse: (text) => (/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=[\w.-]+)*$/.test(text) ? text : undefined),
  }
}

/** Up to 1 GiB: what a fault holds or makes has to fit into memory. */
function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 && value <= 2 ** 30 ? value : undefined
}
