/** What was measured before, in a file of its own that a team keeps beside its config. */
import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { decodeText } from '../config/decode-text.js'
import { renamePatiently } from '../config/rename-patiently.js'
import { whyUnreadable } from '../config/unreadable.js'
import { SseCoordError } from '../error.js'
import type { Figure } from './figure.js'
import { type RuleName, ruleNames } from './rules.js'

export interface Baseline {
  schema: 'sse-coord/baseline@1'
  figures: BaselineFigure[]
}

export interface BaselineFigure {
  rule: RuleName
  /** The page’s name or path; the origin; empty for the browser itself. */
  key: string
  actual: number
  /** The URLs of the streams that were counted. */
  streams: string[]
}

const schema = v.object({
  schema: v.literal('sse-coord/baseline@1'),
  figures: v.array(
    v.object({
      rule: v.picklist(ruleNames),
      key: v.string(),
      actual: v.pipe(v.number(), v.finite()),
      streams: v.array(v.string()),
    }),
  ),
})

/**
 * The baseline in a file; null where there is none and one is about to be written.
 *
 * @throws SseCoordError `bad-config` where it is missing or is no baseline.
 */
export async function readBaseline(file: string, mayBeMissing: boolean): Promise<Baseline | null> {
  let text: string
  try {
    text = decodeText(await readFile(file))
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (isMissing && mayBeMissing) return null
    throw new SseCoordError('bad-config', `The baseline '${file}' cannot be read: ${whyUnreadable(cause)}.`, {
      ...(isMissing && { hint: 'Write it with --update-baseline.' }),
      cause,
    })
  }
  try {
    return v.parse(schema, JSON.parse(text))
  } catch (cause) {
    throw new SseCoordError('bad-config', `'${file}' is no baseline of sse-coord.`, {
      hint: 'Delete it and write it anew with --update-baseline.',
      cause,
    })
  }
}

/**
 * The baseline that these figures make; what could not be measured now stays as it was. In an order that changes only
 * with what is in it, so that a review shows what changed.
 */
export function toBaseline(figures: readonly Figure[], before: Baseline | null): Baseline {
  const kept = new Map<string, BaselineFigure>()
  const place = ({ rule, key }: { rule: RuleName; key: string }) => `${key}\n${rule}`
  for (const figure of before?.figures ?? []) {
    const again = figures.find((one) => place(one) === place(figure))
    if (again && again.actual === null) kept.set(place(figure), figure)
  }
  for (const { rule, key, actual, streams } of figures) {
    if (actual === null) continue
    kept.set(place({ rule, key }), { rule, key, actual, streams: [...new Set(streams.map(({ url }) => url))].sort() })
  }
  return {
    schema: 'sse-coord/baseline@1',
    figures: [...kept.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, figure]) => figure),
  }
}

/**
 * Written whole or not at all.
 *
 * @throws SseCoordError `cannot-write`.
 */
export async function writeBaseline(file: string, baseline: Baseline): Promise<void> {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`)
  try {
    await writeFile(beside, `${JSON.stringify(baseline, null, 2)}\n`, { flag: 'wx' })
    await renamePatiently(beside, file)
  } catch (cause) {
    await rm(beside, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SseCoordError('cannot-write', `The baseline cannot go to '${file}': ${reason}.`, { cause })
  }
}
