/** Settings in variables, `SSE_COORD_*`: above the config file, below the flags. For build services and containers. */
import { SseCoordError } from '../error.js'
import { didYouMean } from './nearest.js'
import type { Settings } from './settings.js'
import { validateConfig } from './validate.js'

/** How the text of a variable becomes the value that its key takes. */
type Kind = 'text' | 'number' | 'flag'

/** Each variable with its key. */
const variables: Record<string, { keys: readonly string[]; kind: Kind }> = {
  SSE_COORD_BROWSER: { keys: ['browser'], kind: 'text' },
  SSE_COORD_SANDBOX: { keys: ['sandbox'], kind: 'flag' },
  SSE_COORD_INSECURE: { keys: ['insecure'], kind: 'flag' },
  SSE_COORD_TABS: { keys: ['tabs'], kind: 'number' },
  SSE_COORD_RUNS: { keys: ['runs'], kind: 'number' },
  SSE_COORD_TOLERANCE: { keys: ['tolerance'], kind: 'text' },
  SSE_COORD_TIMEOUT: { keys: ['timeout'], kind: 'text' },
  SSE_COORD_BASELINE: { keys: ['baseline'], kind: 'text' },
  SSE_COORD_TARGET: { keys: ['target'], kind: 'text' },
  SSE_COORD_FORWARD: { keys: ['forward'], kind: 'flag' },
  SSE_COORD_FAIL_ON: { keys: ['failOn'], kind: 'text' },
  SSE_COORD_MAX_STREAMS_PER_TAB: { keys: ['budget', 'streamsPerTab'], kind: 'number' },
  SSE_COORD_MAX_STREAMS_PER_ORIGIN: { keys: ['budget', 'streamsPerOrigin'], kind: 'number' },
  SSE_COORD_MAX_SOCKETS_PER_ORIGIN: { keys: ['budget', 'socketsPerOrigin'], kind: 'number' },
  SSE_COORD_MIN_TABS_BEFORE_STALL: { keys: ['budget', 'tabsBeforeStall'], kind: 'number' },
  SSE_COORD_MAX_STALLED_REQUESTS: { keys: ['budget', 'stalledRequests'], kind: 'number' },
  SSE_COORD_MAX_FAILOVER_TIME: { keys: ['budget', 'failoverTime'], kind: 'text' },
  SSE_COORD_MAX_LOST_EVENTS: { keys: ['budget', 'lostEvents'], kind: 'number' },
}

/** Set for the command of `check --run`, and read by it. */
const ours = /^SSE_COORD_(?:URL|PROXY|RUN_MARK)(?:_\d+)?$/

/**
 * What the environment sets; empty values count as not set. A name that is nearly one of ours is a mistake; others may be
 * somebody else’s.
 *
 * @throws SseCoordError `bad-config` which names the variable.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Settings {
  let settings: Settings = {}
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('SSE_COORD_') || !text || ours.test(name)) continue
    const variable = variables[name]
    if (!variable) {
      const guess = didYouMean(name, Object.keys(variables))
      if (guess !== '') throw new SseCoordError('bad-config', `There is no variable ${name}${guess}`)
      continue
    }
    settings = mergeSettings(settings, read(name, text, variable))
  }
  return settings
}

function read(name: string, text: string, { keys, kind }: { keys: readonly string[]; kind: Kind }): Settings {
  const value = kind === 'text' ? text : kind === 'number' ? toNumber(text) : toFlag(text)
  const config = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  try {
    return validateConfig(config, name)
  } catch (error) {
    if (!(error instanceof SseCoordError)) throw error
    throw new SseCoordError('bad-config', error.message.replace(`: ${keys.join('.')} `, ' '), { cause: error })
  }
}

function toNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}

function toFlag(text: string): boolean | string {
  if (['1', 'true', 'yes'].includes(text.toLowerCase())) return true
  return ['0', 'false', 'no'].includes(text.toLowerCase()) ? false : text
}

/** Two layers of settings as one; the upper goes before the lower, key by key, and rule by rule inside `budget`. */
export function mergeSettings(lower: Settings, upper: Settings): Settings {
  const budget =
    lower.budget || upper.budget
      ? {
          ...lower.budget,
          ...upper.budget,
          ...((lower.budget?.checks || upper.budget?.checks) && {
            checks: { ...lower.budget?.checks, ...upper.budget?.checks },
          }),
        }
      : undefined
  return { ...lower, ...upper, ...(budget && { budget }) }
}
