/** Judges the evidence of an earlier run again, without looking at anything. */
import { SseCoordError } from '../error.js'
import type { Evidence } from '../evidence/evidence.js'
import type { Finding, Report } from '../evidence/report.js'
import { chooseChecks } from './choose-checks.js'
import { reportOn } from './diagnose-streams.js'

export interface JudgeAgainOptions {
  /** Ids or areas of checks. Default: all. */
  onlyChecks?: readonly string[]
  /** Ids or areas of checks to leave out. Default: none. */
  skipChecks?: readonly string[]
  /** The least severity that makes `exitCode` 1. Default: `error`. */
  failOn?: Finding['severity']
}

const schema = 'sse-coord/evidence@1'

/**
 * The report that saved evidence comes to; the same as that of the run that saved it.
 *
 * @param text the saved JSON document
 * @throws SseCoordError `bad-evidence` where it is no evidence, or of a schema that this version does not read;
 * `bad-option` where a check is named that there is not.
 */
export function judgeAgain(text: string, options: JudgeAgainOptions = {}): Report {
  const evidence = readEvidence(text)
  const chosen = chooseChecks(options.onlyChecks, options.skipChecks)
  try {
    return reportOn(evidence, chosen, options.failOn ?? 'error')
  } catch (error) {
    throw new SseCoordError('bad-evidence', 'This evidence has been changed by hand: parts of it are missing.', {
      hint: 'Save it again: sse-coord doctor URL --save-evidence FILE',
      cause: error,
    })
  }
}

function readEvidence(text: string): Evidence {
  let value: Partial<Evidence> | null
  try {
    value = JSON.parse(text.replace(/^\ufeff/, '')) as Partial<Evidence> | null
  } catch (error) {
    throw notEvidence('it is not JSON', error)
  }
  if (typeof value?.schema !== 'string' || !String(value.schema).startsWith('sse-coord/evidence@')) {
    throw notEvidence(
      String(value?.schema).startsWith('sse-coord/report@') ? 'it is a report, which holds less' : 'it names no schema',
    )
  }
  if (value.schema !== schema) {
    throw new SseCoordError('bad-evidence', `This evidence is of ${value.schema}, and this version reads ${schema}.`, {
      hint: 'Save it again with this version: sse-coord doctor URL --save-evidence FILE',
    })
  }
  if (!Array.isArray(value.streams) || !Array.isArray(value.targets) || !value.environment || !value.experiments) {
    throw notEvidence('it holds no stream')
  }
  return value as Evidence
}

function notEvidence(why: string, cause?: unknown): SseCoordError {
  return new SseCoordError('bad-evidence', `This is no evidence of sse-coord: ${why}.`, {
    hint: 'Evidence is what this saves: sse-coord doctor URL --save-evidence FILE',
    ...(cause !== undefined && { cause }),
  })
}
