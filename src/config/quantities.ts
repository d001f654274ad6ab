/**
 * Durations and sizes as people write them. On the command line and in config files they carry units; in the
 * TypeScript APIs a number is milliseconds or bytes, and a string carries its unit.
 */
import { SseCoordError } from '../error.js'

/** Milliseconds as a number, or text such as `500ms`, `15s`, `10m`, `12h`, `1d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`
/** Bytes as a number, or text such as `64KiB`, `1MiB`, `2GiB`. */
export type Size = number | `${number}${'B' | 'kB' | 'KiB' | 'MB' | 'MiB' | 'GB' | 'GiB'}`

const msPerUnit: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const bytesPerUnit: Record<string, number> = {
  b: 1,
  kb: 1000,
  kib: 1024,
  mb: 1e6,
  mib: 1024 ** 2,
  gb: 1e9,
  gib: 1024 ** 3,
}

/** The longest time that a timer of Node can wait, some 24 days. */
const longestMs = 2 ** 31 - 1

/** Milliseconds of `500ms`, `1.5s`, `2m`, `1h`, `1d`; `undefined` for anything else, and for more than 24 days. */
export function parseDuration(text: string): number | undefined {
  const ms = parseQuantity(text, msPerUnit)
  return ms !== undefined && ms <= longestMs ? ms : undefined
}

/** Bytes of `64B`, `8KiB`, `5MiB`, `10kB`; `undefined` for anything else, and for parts of a byte. */
export function parseSize(text: string): number | undefined {
  const bytes = parseQuantity(text, bytesPerUnit)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/**
 * A duration in milliseconds. `name` is what the error calls it.
 *
 * @throws SseCoordError when it is no duration from zero to 24.8 days, the longest that a timer can wait.
 */
export function toMs(name: string, duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parseDuration(duration)
  if (ms !== undefined && ms >= 0 && ms <= longestMs) return ms
  const words = `${name} is a time, as milliseconds or such as “15s”, up to 24 days, not ${String(duration)}`
  throw new SseCoordError('bad-option', words)
}

/**
 * A size in bytes. `name` is what the error calls it.
 *
 * @throws SseCoordError when it is no size above zero.
 */
export function toBytes(name: string, size: Size): number {
  const bytes = typeof size === 'number' ? size : parseSize(size)
  if (bytes !== undefined && bytes > 0) return bytes
  const words = `${name} is a size above zero, in bytes or such as “64KiB”, not ${String(size)}`
  throw new SseCoordError('bad-option', words)
}

function parseQuantity(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(text)
  const unit = match?.[2]?.toLowerCase() ?? ''
  return Object.hasOwn(units, unit) ? Number(match?.[1]) * (units[unit] ?? Number.NaN) : undefined
}
