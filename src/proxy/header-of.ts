/** One header of a head. */
import type { ResponseHead } from '../faults/index.js'

/** The first value of a header, named in lower case; `undefined` where it is missing. */
export function headerOf({ headers }: Pick<ResponseHead, 'headers'>, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1]
}
