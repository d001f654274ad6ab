/** Progress for logs: one line for every step that ended, and every 15 s one that tells what is going on. */
import { formatDuration } from '../../report/index.js'
import { formatElapsed, keepStep, markOfStep, type ProgressOptions, type ProgressView, type Step } from './view.js'

/** Often enough for a build service not to take silence for a hang. */
const reminderMs = 15_000

export function showLines({ output, pen, now = () => performance.now() }: ProgressOptions): ProgressView {
  const steps = new Map<string, Step>()
  const note = (line: string) => void output.write(`${pen.text(line)}\n`)

  const reminder = setInterval(() => {
    const running = [...steps.values()].filter(({ state }) => state === 'started')
    const words = running.map((step) => `${step.title} (${formatElapsed(step, now())})`)
    if (words.length > 0) note(`${pen.sign('running')} ${words.join(', ')}`)
  }, reminderMs)

  const close = async () => clearInterval(reminder)
  return {
    onProgress(progress) {
      const step = keepStep(steps, progress, now())
      const { title, state, outcome, startedAt, endedAt } = step
      if (state === 'started') return
      note(
        `${pen.sign(markOfStep(step))} ${title}${outcome === undefined ? '' : `: ${outcome}`} (${formatDuration(endedAt - startedAt)})`,
      )
    },
    note,
    close,
    [Symbol.asyncDispose]: close,
  }
}
