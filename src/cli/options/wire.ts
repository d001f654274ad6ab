/** How a stream is asked for: headers, cookies, tokens from the environment, method and body. */
import { SseCoordError } from '../../error.js'
import type { CliProcess } from '../process.js'

/** The flags as commander hands them over. */
export interface WireFlags {
  header?: [string, string][]
  cookie?: string[]
  bearerEnv?: string
  method?: string
  body?: string
  http?: '1' | '2' | 'auto'
  insecure?: boolean
}

/** `Name: value`, repeatable. */
export function parseHeader(text: string, previous: readonly [string, string][] = []): [string, string][] {
  const match = /^([!#$%&'*+\-.^_`|~\w]+)\s*:\s*(.*)$/.exec(text)
  // The value may be a secret and is not shown.
  if (!match) throw new SseCoordError('bad-option', `--header takes NAME: VALUE, as in --header 'X-Team: blue'.`)
  return [...previous, [(match[1] ?? '').toLowerCase(), match[2] ?? '']]
}

/** `name=value`, repeatable. */
export function parseCookie(text: string, previous: readonly string[] = []): string[] {
  if (/^[^=;\s]+=[^;\r\n]*$/.test(text)) return [...previous, text]
  throw new SseCoordError('bad-option', '--cookie takes NAME=VALUE, as in --cookie session=abc; it may be repeated.')
}

export function parseMethod(text: string): string {
  if (/^[A-Za-z]+$/.test(text)) return text.toUpperCase()
  throw new SseCoordError('bad-option', `--method takes the name of a method, as in --method POST, not '${text}'.`)
}

/** @throws SseCoordError where the variable that holds the token is not set */
export function headersOf(
  { header = [], cookie = [], bearerEnv }: WireFlags,
  env: CliProcess['env'],
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of header) headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  if (cookie.length > 0) headers.cookie = [headers.cookie, ...cookie].filter(Boolean).join('; ')
  if (bearerEnv !== undefined) {
    const token = env[bearerEnv]
    if (!token) throw new SseCoordError('bad-option', `--bearer-env: the variable ${bearerEnv} is not set.`)
    headers.authorization = `Bearer ${token}`
  }
  return headers
}
