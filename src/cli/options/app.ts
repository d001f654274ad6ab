/** `--app`: the user's own page, opened in real tabs. */
import { Option } from 'commander'
import { SseCoordError } from '../../error.js'
import type { AppOptions } from '../../index.js'
import type { RequestSettings } from './request.js'
import { withScheme } from './stream-url.js'

/** The flags that speak of the page. */
export interface AppFlags {
  app?: string
  for?: number
  deep?: boolean
  allowLoad?: boolean
}

export function appOption(): Option {
  return new Option('--app <url>', 'your page: its streams, seen in real tabs')
    .helpGroup('The page:')
    .argParser(parseUrl)
}

function parseUrl(given: string): string {
  const text = withScheme(given)
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  const words = `--app takes the address of a page, as in --app http://localhost:3000/, not '${text}'.`
  throw new SseCoordError('bad-option', words)
}

/** With `--deep` a page that is dead after a 502 is waited for to the end. */
const deepWaitMs = 60_000

/**
 * What the page is asked with: the same headers and cookies as the stream.
 *
 * @returns undefined without `--app`
 */
export function appOf(
  flags: AppFlags,
  { headers, insecure }: Pick<RequestSettings, 'headers' | 'insecure'>,
): AppOptions | undefined {
  if (flags.app === undefined) return undefined
  const waitMs = flags.for ?? (flags.deep ? deepWaitMs : undefined)
  const isCookie = ([name]: readonly [string, string]) => name.toLowerCase() === 'cookie'
  const cookies = headers.filter(isCookie).flatMap(([, value]) => readCookies(value))
  return {
    url: flags.app,
    insecure,
    headers: Object.fromEntries(headers.filter((header) => !isCookie(header))),
    cookies,
    ...(waitMs !== undefined && { waitMs }),
    ...(flags.allowLoad && { allowLoad: true }),
  }
}

function readCookies(header: string): { name: string; value: string }[] {
  const texts = header.split(';').map((text) => text.trim())
  return texts.filter(Boolean).map((text) => {
    const equals = text.indexOf('=')
    return { name: text.slice(0, Math.max(0, equals)), value: text.slice(equals + 1) }
  })
}
