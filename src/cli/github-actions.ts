/** What every run does by itself on GitHub Actions: annotations at the lines, and the report in the summary of the step. */
import { appendFile } from 'node:fs/promises'
import type { Report } from '../evidence/report.js'
import { reporters } from '../report/index.js'
import { writeAll } from './output.js'
import type { CliOutput, CliProcess } from './process.js'

export function isGithubActions(env: CliProcess['env']): boolean {
  return env.GITHUB_ACTIONS === 'true'
}

/**
 * Annotations go to standard error, which the runner reads as well, so that `--reporter json` stays one document. A summary
 * that cannot be written is said, and costs nobody the report.
 *
 * @param annotated true where the annotations are on standard output already
 */
export async function tellGithub(
  report: Report,
  { stderr, env, annotated }: { stderr: CliOutput; env: CliProcess['env']; annotated: boolean },
): Promise<void> {
  if (!annotated) await writeAll(stderr, reporters.github(report, {}))
  const file = env.GITHUB_STEP_SUMMARY
  if (!file) return
  try {
    await appendFile(file, `${reporters.markdown(report, {})}\n`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await writeAll(stderr, `The summary of this step could not be written: ${reason}\n`)
  }
}
