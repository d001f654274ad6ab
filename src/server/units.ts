/** Durations and sizes as people write them: a number is milliseconds or bytes, a string carries its unit. */
import { badOption } from './refuse.js'

/** Milliseconds as a number, or text such as `500ms`, `15s`, `10m`, `12h`, `1d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`
/** Bytes as a number, or text such as `64KiB`, `1MiB`, `2GiB`. */
export type Size = number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB'}`

const msPerUnit: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const bytesPerUnit: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** The longest time that a timer of Node can wait. */
const longestMs = 2 ** 31 - 1

/**
 * A duration in milliseconds. `name` is what the error calls it.
 *
 * @throws SseCoordError when it is no duration from zero to 24.8 days, the longest that a timer can wait.
 */
export function toMs(name: string, duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : measure(duration, msPerUnit)
  if (!(ms >= 0 && ms <= longestMs)) {
    throw badOption(`${name} is a time, as milliseconds or such as “15s”, up to 24 days, not ${String(duration)}`)
  }
  return ms
}

/**
 * A size in bytes. `name` is what the error calls it.
 *
 * @throws SseCoordError when it is no size above zero.
 */
export function toBytes(name: string, size: Size): number {
  const bytes = typeof size === 'number' ? size : measure(size, bytesPerUnit)
  if (!(bytes > 0)) throw badOption(`${name} is a size above zero, in bytes or such as “64KiB”, not ${String(size)}`)
  return bytes
}

function measure(text: string, factors: Record<string, number>): number {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text)
  const factor = match?.[2] !== undefined && Object.hasOwn(factors, match[2]) ? factors[match[2]] : undefined
  return factor === undefined ? Number.NaN : Number(match?.[1]) * factor
}
