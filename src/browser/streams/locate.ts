/** Finds the place to show for a stack: the innermost one that is in the app's own code. */
import type { CodePlace } from '../../evidence/app.js'
import { scriptUrl } from './opener-script.js'
import type { Place, SourceMaps } from './source-maps.js'
import type { Frame } from './stack.js'

/** Code that somebody else wrote. */
const libraries = /(^|\/)(node_modules|\.vite\/deps|bower_components|vendor|\.pnpm|\.yarn)\//

/** Code that no one can open: the observer's own script, what automation tools put in, the browser's. */
function isNowhere({ url }: Frame): boolean {
  return url === '' || url === scriptUrl || /^(?:pptr:|chrome|moz-|debugger |node:|<)/.test(url)
}

/** At most so many places are looked up for one stream. */
const mostPlaces = 12

/** The place in the app's code; in a library where there is no other; null for an empty stack. */
export async function locate(stack: Frame[], maps: SourceMaps): Promise<CodePlace | null> {
  const frames = stack.filter((frame) => !isNowhere(frame)).slice(0, mostPlaces)
  let first: CodePlace | null = null
  for (const [index, frame] of frames.entries()) {
    const place = await maps.lookUp(frame)
    const caller = frames[index + 1]
    const found = toCodePlace(place, frame, () => (caller ? maps.lookUp(caller) : undefined))
    if (!libraries.test(place.file)) return found
    first ??= await found
  }
  return first
}

async function toCodePlace(
  { file, line, column, isMapped }: Place,
  frame: Frame,
  lookUpCaller: () => Promise<Place> | undefined,
): Promise<CodePlace> {
  let name = frame.function
  // A minifier's name says nothing; the name that the caller calls it by stands in the map.
  if (isMapped && name !== null && name.length <= 2) name = (await lookUpCaller())?.name ?? null
  return { file, line, column, function: name }
}
