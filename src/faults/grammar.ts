/** Reads `NAME[:VALUE][@WHERE=N[,WHERE=N…]]`, the way in which mock, proxy and dashboard name faults. */

import { gitBashHint } from '../config/git-bash.js'
import { nearest } from '../config/nearest.js'
import { parseDuration } from '../config/quantities.js'
import { SseCoordError } from '../error.js'
import { catalog, findFault } from './catalog.js'
import type { Configured, FaultDefinition } from './define.js'

/** Which responses, and from where in them. An empty set stands for all. */
export interface Where {
  /** Counted from 1, over the requests that the fault could act on. */
  connections: ReadonlySet<number>
  events: ReadonlySet<number>
  byte: number | undefined
  ms: number | undefined
  /** Beginnings of paths. */
  paths: readonly string[]
  /** Addresses, or pieces of the `User-Agent`. */
  clients: readonly string[]
}

/** A fault as it was asked for. */
export interface Fault {
  /** As it was written. */
  text: string
  definition: FaultDefinition
  configured: Configured
  where: Where
}

const whereNames = ['connection', 'event', 'byte', 'ms', 'path', 'client']

/**
 * Reads one fault.
 *
 * @throws SseCoordError `bad-option`, with what was probably meant.
 */
export function parseFault(text: string): Fault {
  const [what = '', place, ...more] = splitAtPlace(text)
  if (more.length > 0) throw badFault(text, 'has more than one @.')
  if (place === undefined && /@\d*$/.test(what)) throw badFault(text, 'has an @ without a place: write @event=3.')
  const colon = what.indexOf(':')
  const name = colon < 0 ? what : what.slice(0, colon)
  const value = colon < 0 ? undefined : what.slice(colon + 1)

  const definition = findFault(name)
  if (!definition) {
    const names = catalog.flatMap((fault) => (fault.alias === undefined ? [fault.name] : [fault.name, fault.alias]))
    const guess = nearest(name, names)
    throw new SseCoordError('bad-option', `There is no fault “${name}”.`, {
      hint: guess ? `Did you mean ${guess}?` : `The faults are ${catalog.map((fault) => fault.name).join(', ')}.`,
    })
  }
  const configured = definition.configure(value)
  if (!configured) {
    if (!definition.value) throw badFault(text, `takes no value: write ${definition.name}.`)
    throw badFault(
      text,
      `needs ${definition.value.description}: write ${definition.name}:${definition.value.fallback}.`,
    )
  }
  return { text, definition, configured, where: parseWhere(text, place) }
}

/** A path may hold an @; what comes before the first `@WHERE=` is name and value. */
function splitAtPlace(text: string): string[] {
  return text.split(/@(?=[a-z]+=)/i)
}

function parseWhere(text: string, place: string | undefined): Where {
  const connections = new Set<number>()
  const events = new Set<number>()
  const paths: string[] = []
  const clients: string[] = []
  let byte: number | undefined
  let ms: number | undefined
  for (const part of place?.split(',') ?? []) {
    const [name = '', value = ''] = splitOnce(part, '=')
    if (!whereNames.includes(name)) {
      const guess = nearest(name, whereNames)
      throw badFault(text, `names no place with “${name}”: ${guess ? `did you mean ${guess}?` : whereNames.join(', ')}`)
    }
    if (name === 'path') {
      if (!value.startsWith('/')) {
        throw badFault(text, 'needs a path that begins with /, such as path=/events.', gitBashHint(value))
      }
      paths.push(value)
      continue
    }
    if (name === 'client') {
      if (value === '')
        throw badFault(text, 'needs a client: an address or a piece of its user agent, such as client=firefox.')
      clients.push(value)
      continue
    }
    const number = name === 'ms' ? readMs(value) : readCount(value)
    if (number === undefined || (number < 1 && (name === 'connection' || name === 'event'))) {
      throw badFault(
        text,
        `needs a whole number${name === 'ms' ? ' up to 24 days, such as ms=500' : `, such as ${name}=2`}.`,
      )
    }
    if (name === 'connection') connections.add(number)
    else if (name === 'event') events.add(number)
    else if (name === 'byte') byte = number
    else ms = number
  }
  return { connections, events, byte, ms, paths, clients }
}

function readCount(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

/** Milliseconds, also with a unit; no more than a timer can wait, which would fire at once. */
function readMs(text: string): number | undefined {
  return parseDuration(/^\d+$/.test(text) ? `${text}ms` : text)
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

function badFault(text: string, words: string, more: { hint?: string } = {}): SseCoordError {
  return new SseCoordError('bad-option', `The fault “${text}” ${words}`, more)
}
