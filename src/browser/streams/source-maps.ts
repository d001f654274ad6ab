/** From a place in a script to the place in the source it was made of, by the script's source map. */
import { AnyMap, originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping'
import { type FetchTextOptions, fetchText } from './fetch-text.js'
import { readableScript, readableSource } from './source-names.js'
import type { Frame } from './stack.js'

/** At most so many scripts are looked at. */
const mostScripts = 100

/** A place after the source map, if there is one. */
export interface Place {
  file: string
  line: number
  column: number
  /** The name that stands at the place in the source. */
  name: string | null
  isMapped: boolean
}

/** Looks up places; every script and map is fetched once. */
export interface SourceMaps {
  lookUp(frame: Frame): Promise<Place>
}

export interface SourceMapOptions extends Omit<FetchTextOptions, 'headers'> {
  /** Sent to the page's own origin, and to no other. */
  headers?: Record<string, string>
  pageUrl: string
  /** Origins that the browser itself has asked: a page can name any address in a stack. */
  origins: ReadonlySet<string>
}

export function openSourceMaps(options: SourceMapOptions): SourceMaps {
  const { headers = {}, pageUrl, origins, ...common } = options
  const pageOrigin = originOf(pageUrl)
  const maps = new Map<string, Promise<TraceMap | undefined>>()
  return {
    async lookUp({ url, line, column }) {
      let map = maps.get(url)
      const origin = originOf(url)
      if (!map && maps.size < mostScripts && /^https?:/.test(url) && (origin === pageOrigin || origins.has(origin))) {
        map = loadMap(url, origin === pageOrigin ? { ...common, headers } : common)
        maps.set(url, map)
      }
      const loaded = await map
      // Stacks count columns from 1, source maps from 0.
      const found = loaded && originalPositionFor(loaded, { line, column: Math.max(0, column - 1) })
      if (!found || found.source === null) {
        return { file: readableScript(url), line, column, name: null, isMapped: false }
      }
      return {
        file: readableSource(found.source),
        line: found.line,
        column: found.column + 1,
        name: found.name,
        isMapped: true,
      }
    },
  }
}

/** A map that is missing, elsewhere or broken is no map. */
async function loadMap(scriptUrl: string, options: FetchTextOptions): Promise<TraceMap | undefined> {
  const script = await fetchText(scriptUrl, options)
  // An address in an inline script counts from the top of its page, and a map in it would count from elsewhere.
  if (!script || !/javascript|ecmascript|typescript/i.test(script.contentType)) return undefined
  const reference = script.sourceMap ?? lastReference(script.text)
  if (reference === undefined) return undefined
  const map = reference.startsWith('data:')
    ? decodeDataUrl(reference, script.url)
    : await fetchMap(reference, script.url, options)
  if (!map) return undefined
  try {
    return new AnyMap(map.text.replace(/^\)\]\}'[^\n]*\n/, ''), map.url)
  } catch {
    return undefined
  }
}

/** The last `//# sourceMappingURL=` comment: bundles can hold those of their parts. */
function lastReference(script: string): string | undefined {
  const marker = 'sourceMappingURL='
  const at = script.lastIndexOf(marker)
  if (at < 0 || !/\/[/*][#@]\s$/.test(script.slice(Math.max(0, at - 4), at))) return undefined
  return /^[^\s'"*]+/.exec(script.slice(at + marker.length))?.[0]
}

/** Maps are taken from the script's own origin alone: a page cannot make this machine ask another. */
async function fetchMap(reference: string, scriptUrl: string, options: FetchTextOptions) {
  if (!URL.canParse(reference, scriptUrl)) return undefined
  const url = new URL(reference, scriptUrl)
  if (url.origin !== new URL(scriptUrl).origin) return undefined
  return fetchText(url.href, options)
}

function decodeDataUrl(reference: string, url: string): { text: string; url: string } | undefined {
  const match = /^data:[^,]*?(;base64)?,(.*)$/s.exec(reference)
  if (!match) return undefined
  const [, base64, body = ''] = match
  try {
    const text = base64 ? Buffer.from(body, 'base64').toString('utf8') : decodeURIComponent(body)
    return { text, url }
  } catch {
    return undefined
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : ''
}
