/** What is sent to a stream: the options that `tail`, `record` and `doctor` share. No error repeats a secret. */
import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { whyUnreadable } from '../../config/unreadable.js'
import { SseCoordError } from '../../error.js'
import { toHeaderBytes } from '../../sse/last-event-id.js'
import { oneOf } from './values.js'

/** The flags as commander hands them over. */
export interface RequestFlags {
  header?: [name: string, value: string][]
  cookie?: string
  bearerEnv?: string
  method?: string
  body?: string
  http?: '1' | '2' | 'auto'
  insecure?: boolean
  lastEventId?: string
}

/** What they come to; fits the options of the API. */
export interface RequestSettings {
  method: string
  /** One character of a value is one byte on the wire. */
  headers: [name: string, value: string][]
  body?: Uint8Array
  http: 1 | 2 | 'auto'
  insecure: boolean
  /** As given. */
  lastEventId?: string
}

const group = 'Request:'
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Adds the options to a command. */
export function addRequestOptions(command: Command): void {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup(group)
  command
    .addOption(option('-H, --header <name: value>', 'a header to send; may be repeated').argParser(parseHeader))
    .addOption(option('--cookie <name=value>', 'cookies to send, as in "sid=1; theme=dark"').argParser(parseCookie))
    .addOption(option('--bearer-env <NAME>', 'send the token in that environment variable').argParser(parseVariable))
    .addOption(option('--method <METHOD>', 'default: GET, with a body POST').argParser(parseMethod))
    .addOption(option('--body <text|@file>', 'a body to send'))
    .addOption(
      option('--http <version>', '1, 2 or auto (default: auto, as TLS agrees)').argParser(
        oneOf('--http', ['1', '2', 'auto']),
      ),
    )
    .addOption(option('--insecure', 'take certificates that nobody vouches for'))
    .addOption(option('--last-event-id <id>', 'begin after this event').argParser(parseLastEventId))
}

/**
 * Puts the flags together.
 *
 * @throws SseCoordError `bad-option` where the variable is not set, the file cannot be read, or a GET has a body
 */
export async function readRequest(
  flags: RequestFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RequestSettings> {
  const headers = (flags.header ?? []).map(([name, value]): [string, string] => [name, toHeaderBytes(value)])
  const add = (flag: string, name: string, value: string) => {
    if (headers.some(([other]) => other.toLowerCase() === name.toLowerCase())) {
      throw new SseCoordError('bad-option', `${flag} and --header both give ${name}: leave one out.`)
    }
    headers.push([name, toHeaderBytes(value)])
  }
  if (flags.cookie !== undefined) add('--cookie', 'Cookie', flags.cookie)
  if (flags.bearerEnv !== undefined) add('--bearer-env', 'Authorization', `Bearer ${tokenIn(flags.bearerEnv, env)}`)
  const body = flags.body === undefined ? undefined : await readBody(flags.body)
  const method = flags.method ?? (body ? 'POST' : 'GET')
  if (body && (method === 'GET' || method === 'HEAD')) {
    throw new SseCoordError('bad-option', `A ${method} carries no body: leave --body or --method out.`)
  }
  if (body && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', isJson(body) ? 'application/json' : 'text/plain; charset=utf-8'])
  }
  return {
    method,
    headers,
    http: flags.http === '1' ? 1 : flags.http === '2' ? 2 : 'auto',
    insecure: flags.insecure ?? false,
    ...(body ? { body } : {}),
    ...(flags.lastEventId === undefined ? {} : { lastEventId: flags.lastEventId }),
  }
}

function parseHeader(text: string, previous: [string, string][] = []): [string, string][] {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon)).trim()
  if (colon < 0 || !token.test(name)) {
    throw new SseCoordError('bad-option', "--header takes a name and a value, as in --header 'Accept-Language: de'.")
  }
  const value = text.slice(colon + 1).trim()
  if (hasControls(value)) throw new SseCoordError('bad-option', `The value of --header ${name} holds a line break.`)
  return [...previous, [name, value]]
}

function parseCookie(text: string): string {
  if (text.includes('=') && !hasControls(text)) return text
  throw new SseCoordError('bad-option', '--cookie takes names and values, as in --cookie "sid=1; theme=dark".')
}

function parseVariable(text: string): string {
  if (/^[A-Za-z_]\w*$/.test(text)) return text
  const words = '--bearer-env takes the name of an environment variable, as in --bearer-env API_TOKEN, not the token.'
  throw new SseCoordError('bad-option', words)
}

function parseMethod(text: string): string {
  const method = text.toUpperCase()
  if (token.test(text) && method !== 'CONNECT' && method !== 'TRACE') return method
  throw new SseCoordError('bad-option', `--method takes a method such as POST, not '${text}'.`)
}

function parseLastEventId(text: string): string {
  if (!hasControls(text)) return text
  throw new SseCoordError('bad-option', '--last-event-id takes an id, which holds no line break and no NUL.')
}

function hasControls(text: string): boolean {
  return /[\0\r\n]/.test(text)
}

/** What was typed after `--bearer-env` may be the token itself: it is not repeated. */
function tokenIn(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = env[name]?.trim()
  if (value && !hasControls(value)) return value
  throw new SseCoordError('bad-option', 'The environment variable that --bearer-env names is not set.')
}

async function readBody(text: string): Promise<Uint8Array> {
  if (!text.startsWith('@')) return new TextEncoder().encode(text)
  try {
    return await readFile(text.slice(1))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : whyUnreadable(error)
    throw new SseCoordError('bad-option', `--body ${text} cannot read the file: ${reason}.`, { cause: error })
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes))
    return true
  } catch {
    return false
  }
}
