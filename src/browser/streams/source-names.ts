/** Turns the names of bundlers into the paths that people know: `webpack://app/./src/live.ts?1f` is `src/live.ts`. */
import path from 'node:path'

/** Prefixes of bundlers and dev servers, with what follows them a path in the project. */
const prefixes = [
  /^webpack-internal:\/\/\/(?:\([^)]*\)\/)?/,
  /^webpack:\/\/[^/]*\//,
  /^(?:turbopack|rspack|vite|ng|parcel|rollup|snowpack|meteor):\/\/[^/]*\//,
  /^\[project\]\//,
]

/** A readable name for a source that a source map names, resolved against the map's own address. */
export function readableSource(source: string, workingFolder: string = process.cwd()): string {
  for (const prefix of prefixes) {
    if (prefix.test(source)) return tidy(insideOf(workingFolder, source.replace(prefix, '')))
  }
  if (source.startsWith('file://')) return insideOf(workingFolder, pathOf(source))
  if (URL.canParse(source)) {
    const { protocol, pathname } = new URL(source)
    if (protocol === 'http:' || protocol === 'https:') {
      return tidy(insideOf(workingFolder, decode(pathname).replace(/^\/(@fs\/)?/, '')))
    }
  }
  return tidy(source)
}

/** A readable name for a script without a source map: its address without query and fragment. */
export function readableScript(url: string): string {
  for (const prefix of prefixes) {
    if (prefix.test(url)) return tidy(url.replace(prefix, ''))
  }
  return url.replace(/[?#].*$/, '')
}

function pathOf(fileUrl: string): string {
  // On Windows `file:///C:/app/live.ts`, whose path would begin with a slash.
  return decode(new URL(fileUrl).pathname).replace(/^\/(?=[A-Za-z]:\/)/, '')
}

/** A whole path from the folder that we are in, where it leads there; all else as it is. */
function insideOf(folder: string, file: string): string {
  if (/^[A-Za-z]:[\\/]/.test(file)) {
    // The letter of a drive, and all else on it, is written in either case.
    const inside = path.win32.relative(folder, file)
    return (inside.startsWith('..') ? file : inside).replaceAll('\\', '/')
  }
  if (!file.startsWith('/')) return file
  const inside = path.posix.relative(folder, file)
  return inside.startsWith('..') ? file : inside
}

/** Without `./`, leading `../` and what bundlers hang on behind. */
function tidy(name: string): string {
  const plain = name.replace(/[?#].*$/, '').replace(/^(?:\.{1,2}\/)+/, '')
  return path.posix.normalize(plain)
}

function decode(text: string): string {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}
