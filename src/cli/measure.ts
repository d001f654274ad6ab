/** What all commands that measure have alike: progress on standard error, Ctrl-C, and the reports at the end. */
import type { OnProgress } from '../evidence/progress.js'
import type { Report } from '../evidence/report.js'
import { createPen } from '../report/index.js'
import type { Context } from './context.js'
import { listenForInterrupts } from './interrupts.js'
import type { Destination } from './options/reporter.js'
import { showLines } from './progress/lines.js'
import { showLive } from './progress/live.js'
import { canRedraw, showsUnicode, wantsColor } from './terminal.js'
import { writeReports } from './write-reports.js'

/** What the work is given to be watched and ended by. */
export interface Hooks {
  signal: AbortSignal
  onProgress: OnProgress
  onNote: (line: string) => void
}

export interface MeasureOptions {
  destinations: readonly Destination[]
  /** `--color` and `--no-color`. */
  color: boolean | undefined
  /** Whether something else writes to standard error meanwhile, so that nothing may be redrawn. Default: false. */
  isShared?: boolean
}

/** Runs the work, writes its report to where it was asked for, and resolves with its exit code. */
export async function measure(
  { process }: Pick<Context, 'process'>,
  { destinations, color, isShared = false }: MeasureOptions,
  work: (hooks: Hooks) => Promise<Report>,
): Promise<number> {
  const { env, stdout, stderr } = process
  const unicode = showsUnicode(env, process.platform)
  const pen = createPen({ color: wantsColor(color, env, stderr), unicode })
  const isLive = canRedraw(env, stderr) && !isShared
  const view = isLive ? showLive({ output: stderr, pen }) : showLines({ output: stderr, pen })
  const wipe = () => void view.close()
  process.on('exit', wipe)
  const abort = new AbortController()
  const interrupts = listenForInterrupts(
    process,
    () => {
      view.note('stopping … (Ctrl-C again ends at once)')
      abort.abort()
    },
    wipe,
  )
  try {
    const report = await work({ signal: abort.signal, onProgress: view.onProgress, onNote: view.note })
    await view.close()
    const terminal = { color: wantsColor(color, env, stdout), unicode, width: stdout.columns || 80 }
    await writeReports(report, destinations, { stdout, stderr, terminal, env })
    return report.exitCode
  } finally {
    await view.close()
    interrupts.close()
    process.off('exit', wipe)
  }
}
