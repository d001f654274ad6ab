/** One header of a head. */
import type { ResponseHead } from '../faults/index.js'

/** The first value of a header, named in lower case; `undefined` where it is missing. */
export function headerOf({ headers }: Pick<ResponseHead, 'headers'>, name: string): string | undefined {
  for (const header of headers) {
    if (header[0].length === name.length && header[0].toLowerCase() === name) return header[1]
  }
  return undefined
}
