/**
 * Data made from a template, anew for each event: `{"n": {{seq}}, "room": "{{query.room}}"}`. All clients get the same
 * values, so that an event can be sent again to those who return; what depends on a client's URL is filled in as it is sent.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { didYouMean } from '../config/nearest.js'
import { SseCoordError } from '../error.js'

/** What a template may name. */
export interface PayloadValues {
  seq: number
  event: string
  topic: string | undefined
  /** From 0 up to 1. */
  random(): number
}

/** A template, read. */
export interface Payload {
  /** As it was given. */
  readonly text: string
  /** Whether values differ from client to client. */
  readonly usesQuery: boolean
  render(values: PayloadValues): string
}

const names = ['seq', 'now', 'now.iso', 'uuid', 'random', 'event', 'topic', 'query.name']

/** Stands in an event for a value of the client's URL; nobody else can write it. */
const marker = randomBytes(8).toString('hex')
const markers = new RegExp(`${marker}([jt]):([A-Za-z0-9_%-]*);`, 'g')

type Part = string | ((values: PayloadValues) => string)

/**
 * Reads a template.
 *
 * @throws SseCoordError `bad-option` for a placeholder that there is not, with what was probably meant.
 */
export function readPayload(template: string): Payload {
  const isJson = /^\s*[[{"]/.test(template)
  const parts: Part[] = []
  let usesQuery = false
  let last = 0
  for (const match of template.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    const name = match[1] ?? ''
    parts.push(template.slice(last, match.index))
    last = match.index + match[0].length
    if (name.startsWith('query.') && name.length > 6) {
      usesQuery = true
      parts.push(`${marker}${isJson ? 'j' : 't'}:${encodeURIComponent(name.slice(6)).replace(/[.!~*'()]/g, hexOf)};`)
    } else parts.push(placeholder(name))
  }
  parts.push(template.slice(last))
  return {
    text: template,
    usesQuery,
    render: (values) => parts.map((part) => (typeof part === 'string' ? part : part(values))).join(''),
  }
}

function placeholder(name: string): Part {
  const range = /^random:(\d{1,15})\.\.(\d{1,15})$/.exec(name)
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])]
    if (from <= to) return ({ random }) => String(from + Math.floor(random() * (to - from + 1)))
  }
  switch (name) {
    case 'seq':
      return ({ seq }) => String(seq)
    case 'now':
      return () => String(Date.now())
    case 'now.iso':
      return () => new Date().toISOString()
    case 'uuid':
      return () => randomUUID()
    case 'random':
      return ({ random }) => random().toFixed(6)
    case 'event':
      return ({ event }) => event
    case 'topic':
      return ({ topic }) => topic ?? ''
    default:
      throw new SseCoordError('bad-option', `A payload has no {{${name}}}${didYouMean(name, names) || '.'}`, {
        hint: `The placeholders are ${names.map((one) => `{{${one}}}`).join(', ')}; {{random:1..6}} is a whole number.`,
      })
  }
}

/**
 * Fills in what a client's URL says, in finished event stream text. In JSON the value becomes part of a string, as
 * anybody may write anything into a URL; in other text each of its lines becomes a line of data.
 */
export function fillQuery(text: string, url: string | undefined): string {
  if (!text.includes(marker)) return text
  const query = new URLSearchParams(url?.split('?').slice(1).join('?'))
  return text.replaceAll(markers, (_all, kind: string, name: string) => {
    const value = query.get(decodeURIComponent(name)) ?? ''
    if (kind === 'j') return JSON.stringify(value).slice(1, -1)
    return value.split(/\r\n|\r|\n/).join('\ndata: ')
  })
}

function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`
}
