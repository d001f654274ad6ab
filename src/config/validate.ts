/** Validates a config, and says of every mistake at which key it is, what was expected, and what was found. */
import * as v from 'valibot'
import { SseCoordError } from '../error.js'
import { keysAt } from './keys-at.js'
import { didYouMean } from './nearest.js'
import { createSchema } from './schema.js'
import type { Settings } from './settings.js'

const strict = createSchema(false)
const lenient = createSchema(true)

/** The keys of a config. */
export const configKeys: readonly string[] = keysAt(strict, [])

/**
 * The settings of a config.
 *
 * @param value what the file exports, or what `checkBudget` was given
 * @param where the file’s name, or null for the Node API, in which a number is milliseconds
 * @throws SseCoordError `bad-config`, with one line for each mistake.
 */
export function validateConfig(value: unknown, where: string | null): Settings {
  const result = v.safeParse(where === null ? lenient : strict, value)
  if (result.success) return result.output
  const lines = [...new Set(result.issues.flatMap(explain))]
  const [first = 'This config cannot be read.', ...others] = lines.map((line) => `${line}.`)
  const prefix = where === null ? '' : `${where}: `
  throw new SseCoordError('bad-config', `${prefix}${first}`, {
    ...(others.length > 0 && { hint: others.map((line) => `${prefix}${line}`).join('\n') }),
  })
}

/** One issue as sentences, without their full stops. */
function explain(issue: v.BaseIssue<unknown>): string[] {
  const path = (issue.path ?? []).map(({ key }) => key as string | number)
  if (issue.type === 'strict_object' && issue.path && issue.expected === 'never') return [unknownKey(path)]
  if (issue.type === 'strict_object' && issue.expected?.startsWith('"')) {
    const key = path.at(-1)
    return [`${keyWords(path.slice(0, -1))} lacks ${String(key)}`]
  }
  // Where an object was meant, what is wrong inside it says more than that it fits none of the alternatives.
  if (issue.type === 'union' && isObject(issue.input)) {
    const inner = nearestAlternative(issue)
    if (inner) {
      return inner.flatMap((one) =>
        explain({ ...one, path: [...(issue.path ?? []), ...(one.path ?? [])] } as typeof one),
      )
    }
  }
  return [`${keyWords(path)} ${issue.message}, not ${show(issue.input)}`]
}

/** The issues of the alternative that shares a key with what was written. */
function nearestAlternative(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown>[] | undefined {
  const written = Object.keys(issue.input as object)
  const groups = new Map<string, v.BaseIssue<unknown>[]>()
  for (const one of issue.issues ?? []) {
    const key = JSON.stringify((one.path ?? []).map((part) => part.key))
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  const deep = [...groups.values()].flat().filter((one) => one.path && one.type !== 'strict_object')
  const own = deep.filter((one) => written.includes(String(one.path?.[0]?.key)))
  if (own.length > 0) return own
  // A page with a key that no page has.
  return (issue.issues ?? []).some((one) => one.expected === 'never') && written.includes('url')
    ? (issue.issues?.filter((one) => one.expected === 'never') as v.BaseIssue<unknown>[])
    : undefined
}

function unknownKey(path: readonly (string | number)[]): string {
  const key = String(path.at(-1))
  const parent = path.slice(0, -1)
  const where = parent.length === 0 ? '' : ` in ${keyWords(parent)}`
  return `there is no key ${key}${where}${didYouMean(key, keysAt(strict, parent)).replace(/\?$/, '')}`
}

/** `pages[0].steps[1].click`; `the config` for the whole of it. */
function keyWords(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the config'
  return path.reduce<string>((words, key) => {
    if (typeof key === 'number') return `${words}[${key}]`
    const plain = /^[A-Za-z_$][\w$]*$/.test(key)
    if (!plain) return `${words}[${JSON.stringify(key)}]`
    return words === '' ? key : `${words}.${key}`
  }, '')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
