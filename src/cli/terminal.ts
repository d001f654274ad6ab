/** What the terminal at hand can show, and what the user wants of it. Pure: environment in, answer out. */
import type { CliOutput, CliProcess } from './process.js'

type Environment = CliProcess['env']

/**
 * Whether to colour what goes to `output`: `--color` and `--no-color` before `NO_COLOR` (no-color.org) before
 * `FORCE_COLOR` before what the output is.
 */
export function wantsColor(flag: boolean | undefined, env: Environment, output: CliOutput): boolean {
  if (flag !== undefined) return flag
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR)
  return output.isTTY === true && env.TERM !== 'dumb'
}

/** Whether signs beyond ASCII arrive as they are: told by the locale, on Windows by the terminal. */
export function showsUnicode(env: Environment, platform: string): boolean {
  if (env.WT_SESSION) return true
  if (platform === 'win32') {
    return Boolean(env.CI || env.ConEmuTask || env.TERM_PROGRAM === 'vscode' || env.TERM?.startsWith('xterm'))
  }
  // The Linux console has 512 glyphs at most, and ticks and slots are not among them.
  if (env.TERM === 'linux') return false
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '')
}

/** Whether lines may be redrawn: on a terminal that a person watches. */
export function canRedraw(env: Environment, output: CliOutput): boolean {
  return output.isTTY === true && env.TERM !== 'dumb' && !isCi(env)
}

/** `CI` is set by every common service; `false` and `0` are how people unset it. */
function isCi(env: Environment): boolean {
  return Boolean(env.GITHUB_ACTIONS || (env.CI && !['false', '0'].includes(env.CI)))
}
