/** Durations and sizes with units, as faults take them. */

const durationUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const sizeUnits: Record<string, number> = { b: 1, kb: 1000, kib: 1024, mb: 1e6, mib: 1_048_576 }

/** Milliseconds of `500ms`, `1.5s`, `2m`, `1h`; `undefined` for anything else. Longer than 24 days is none. */
export function parseDuration(text: string): number | undefined {
  const ms = parseQuantity(text, durationUnits)
  return ms !== undefined && ms <= 2 ** 31 - 1 ? ms : undefined
}

/** Bytes of `64B`, `8KiB`, `5MiB`, `10kB`; `undefined` for anything else. More than 1 GiB is none. */
export function parseSize(text: string): number | undefined {
  const bytes = parseQuantity(text, sizeUnits)
  return bytes !== undefined && Number.isInteger(bytes) && bytes <= 2 ** 30 ? bytes : undefined
}

function parseQuantity(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text)
  const unit = units[match?.[2]?.toLowerCase() ?? '']
  return unit === undefined ? undefined : Number(match?.[1]) * unit
}
