/** Sends one report to every place it was asked for. */
import { cwd } from 'node:process'
import type { Report } from '../evidence/report.js'
import { createPen, reporters, type TerminalOptions } from '../report/index.js'
import { isGithubActions, tellGithub } from './github-actions.js'
import type { Destination } from './options/reporter.js'
import { writeAll } from './output.js'
import type { CliOutput, CliProcess } from './process.js'
import { relocate } from './relocate.js'
import { writeWhole } from './write-file.js'

/** Files outlive the terminal: no colour, and whatever signs there are. */
const onPaper: TerminalOptions = { color: false, unicode: true, width: 80 }

interface Surroundings {
  stdout: CliOutput
  stderr: CliOutput
  terminal: TerminalOptions
  /** Tells where we run. Default: nowhere in particular. */
  env?: CliProcess['env']
}

/**
 * Standard output first, so that a file that cannot be written costs nobody the report. What stopped the run goes to
 * standard error too, unless the person at the terminal reads it in the report. On GitHub Actions the failures become
 * annotations, and the report goes into the summary of the step.
 *
 * @throws SseCoordError where a file cannot be written
 */
export async function writeReports(
  report: Report,
  destinations: readonly Destination[],
  { stdout, stderr, terminal, env = {} }: Surroundings,
): Promise<void> {
  const toScreen = destinations.find(({ file }) => file === null)?.reporter
  const bare = report.error !== undefined && !hasFigures(report)
  const render = (reporter: Destination['reporter'], options: TerminalOptions) =>
    reporters[reporter](readByServices.has(reporter) ? forServices(report, env) : report, options)
  if (toScreen && !(toScreen === 'pretty' && bare)) await writeAll(stdout, render(toScreen, terminal))
  const annotated = destinations.some(({ reporter, file }) => reporter === 'github' && file === null)
  if (isGithubActions(env)) await tellGithub(forServices(report, env), { stderr, env, annotated })
  if (report.error && (toScreen !== 'pretty' || bare)) {
    await writeAll(stderr, describeError(report.error, terminal.unicode ?? true))
  }
  for (const { reporter, file } of destinations) {
    if (file !== null) await writeWhole(file, render(reporter, onPaper))
  }
}

/** Whether anything was measured before the run ended, and so there is something to show. */
function hasFigures({ experiments, findings }: Report): boolean {
  const { stall, stallCutShort, failover } = experiments
  const isJudged = findings.some(({ state }) => state === 'pass' || state === 'fail')
  return isJudged || stall !== undefined || stallCutShort !== undefined || (failover?.length ?? 0) > 0
}

/** Those whose places are looked up in a repository. */
const readByServices: ReadonlySet<Destination['reporter']> = new Set(['github', 'sarif'])

/** On GitHub Actions the places are those of the whole repository, wherever in it we run. */
function forServices(report: Report, env: CliProcess['env']): Report {
  const root = isGithubActions(env) ? env.GITHUB_WORKSPACE : undefined
  return root ? relocate(report, root, cwd()) : report
}

/** The message and, below it, what to do. */
export function describeError(
  { message, hint }: { message: string; hint?: string | null | undefined },
  unicode: boolean,
): string {
  const pen = createPen({ color: false, unicode })
  const lines = [message, ...(hint ? [hint] : [])].flatMap((text) => text.split('\n'))
  return lines.map((line) => `${pen.text(line)}\n`).join('')
}
