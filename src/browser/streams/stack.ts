/** Reads the stack of an error, in the words of V8 (Chromium), SpiderMonkey (Firefox) and JavaScriptCore (WebKit). */

/** One place in a script. Line and column count from 1. */
export interface Frame {
  function: string | null
  url: string
  line: number
  column: number
}

/** At most so many frames are read. */
const mostFrames = 40

/** A longer line is no place in a script. A page can say anything here, and what looks like many places takes long to read. */
const mostCharacters = 1000

/** The frames from the innermost out. Lines that name no place in a script are left out. */
export function parseStack(stack: string): Frame[] {
  return stack
    .split('\n')
    .slice(0, 4 * mostFrames)
    .filter((line) => line.length <= mostCharacters)
    .flatMap((line) => readV8(line) ?? readSpiderMonkey(line) ?? [])
    .slice(0, mostFrames)
}

/** `    at new Feed (http://host/app.js:3:7)`, `    at http://host/app.js:3:7`. */
function readV8(line: string): Frame | undefined {
  const match = /^\s*at (?:(.*?) \()?(?:eval at .*, )?([^()\s][^()]*?|[^()\s].*?):(\d+):(\d+)\)?$/.exec(line)
  if (!match) return undefined
  const [, name, url = '', row, column] = match
  return { function: cleanName(name), url, line: Number(row), column: Number(column) }
}

/** `startLive@http://host/app.js:3:7`, also with `async*` and `/<` marks. */
function readSpiderMonkey(line: string): Frame | undefined {
  const match = /^(.*?)@(\S.*?):(\d+):(\d+)$/.exec(line)
  if (!match) return undefined
  const [, name, url = '', row, column] = match
  const plain = url.replace(/ line \d+ > \w+$/, '')
  return { function: cleanName(name), url: plain, line: Number(row), column: Number(column) }
}

/** The function's own name: `Feed` of `new Feed`, `open` of `Object.open [as start]`, null for one without a name. */
function cleanName(name: string | undefined): string | null {
  const last = (name ?? '')
    .replace(/^(?:(?:async|new|setTimeout handler|promise callback|EventListener\.handleEvent)\*?\s*)+/, '')
    .replace(/ \[as .*\]$/, '')
    .replace(/[/<]+$/, '')
    .split(/[./]/)
    .at(-1)
    ?.trim()
  return last && last !== '<anonymous>' && last !== 'anonymous' ? last : null
}
