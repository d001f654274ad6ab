/** Progress for people: a few lines at the foot of the screen, redrawn in place and wiped when the report comes. */
import { type Pen, splitAtWidth, toneOf, visibleWidth } from '../../report/index.js'
import { openScreen } from '../screen.js'
import { formatElapsed, keepStep, markOfStep, type ProgressOptions, type ProgressView, type Step } from './view.js'

const redrawMs = 100
const mostLines = 16

export function showLive({ output, pen, now = () => performance.now() }: ProgressOptions): ProgressView {
  const steps = new Map<string, Step>()
  const screen = openScreen(output)
  const draw = () => {
    const most = Math.max(1, Math.min(mostLines, screen.rows - 2))
    screen.draw(chooseSteps([...steps.values()], most).map((step) => formatStep(step, now(), screen.columns - 1, pen)))
  }
  const clock = setInterval(draw, redrawMs)
  const close = async () => {
    clearInterval(clock)
    screen.close()
  }
  return {
    // Drawn by the clock, so that a burst of steps costs one redraw.
    onProgress: (progress) => void keepStep(steps, progress, now()),
    note: (line) => screen.note(pen.text(line)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** All that runs, and of what ended the latest for which there is room. */
function chooseSteps(steps: Step[], most: number): Step[] {
  const running = steps.filter(({ state }) => state === 'started').slice(-most)
  const ended = steps.filter(({ state }) => state !== 'started')
  const room = most - running.length
  const latest = new Set(room > 0 ? ended.slice(-room) : [])
  return steps.filter((step) => running.includes(step) || latest.has(step))
}

/** One line, no wider than `width`. */
function formatStep(step: Step, now: number, width: number, pen: Pen): string {
  const mark = markOfStep(step)
  const detail = step.state === 'started' ? formatElapsed(step, now) : (step.outcome ?? '')
  const sign = `${pen.sign(mark)} `
  const [title, cut] = splitAtWidth(pen.text(step.title), width - sign.length)
  const room = width - sign.length - visibleWidth(title)
  const [rest] = splitAtWidth(pen.text(detail === '' || cut !== '' ? '' : `  ${detail}`), room)
  return pen.paint(toneOf[mark], sign) + title + pen.paint('quiet', rest)
}
