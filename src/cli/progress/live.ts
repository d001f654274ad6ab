/** Progress for people: a few lines at the foot of the screen, redrawn in place and wiped when the report comes. */
import { type Pen, splitAtWidth, toneOf, visibleWidth } from '../../report/index.js'
import { formatElapsed, keepStep, markOfStep, type ProgressOptions, type ProgressView, type Step } from './view.js'

const redrawMs = 100
const mostLines = 16

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const wipeLine = '\u001b[K'
const wipeBelow = '\u001b[J'

export function showLive({ output, pen, now = () => performance.now() }: ProgressOptions): ProgressView {
  const steps = new Map<string, Step>()
  /** What stands on the screen: the width of each line, to find the way back up. */
  let drawn: number[] = []
  let frame = ''
  let closed = false

  // Terminals that do not know their size say 0.
  const columns = () => Math.max(20, output.columns || 80)
  const goToTop = () => {
    // A window made narrower since has broken long lines in two.
    const up = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns())), 0)
    return up > 0 ? `\r\u001b[${up}A` : '\r'
  }
  const draw = (before = '') => {
    const most = Math.max(1, Math.min(mostLines, (output.rows || 24) - 2))
    const lines = chooseSteps([...steps.values()], most).map((step) => formatStep(step, now(), columns() - 1, pen))
    const next = lines.map(({ text }) => `${text}${wipeLine}\n`).join('')
    if (before === '' && next === frame) return
    output.write(`${goToTop()}${before}${next}${wipeBelow}`)
    drawn = lines.map(({ width }) => width)
    frame = next
  }

  output.write(hideCursor)
  const clock = setInterval(draw, redrawMs)
  const close = async () => {
    if (closed) return
    closed = true
    clearInterval(clock)
    output.write(`${goToTop()}${wipeBelow}${showCursor}`)
  }
  return {
    // Drawn by the clock, so that a burst of steps costs one redraw.
    onProgress: (progress) => void keepStep(steps, progress, now()),
    note(line) {
      const text = pen.text(line)
      if (closed) output.write(`${text}\n`)
      else draw(`${text}${wipeLine}\n`)
    },
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

function formatStep(step: Step, now: number, width: number, pen: Pen): { text: string; width: number } {
  const mark = markOfStep(step)
  const detail = step.state === 'started' ? formatElapsed(step, now) : (step.outcome ?? '')
  const sign = `${pen.sign(mark)} `
  const [title, cut] = splitAtWidth(pen.text(step.title), width - sign.length)
  const [rest] = splitAtWidth(
    pen.text(detail === '' || cut !== '' ? '' : `  ${detail}`),
    width - sign.length - visibleWidth(title),
  )
  return {
    text: pen.paint(toneOf[mark], sign) + title + pen.paint('quiet', rest),
    width: sign.length + visibleWidth(title) + visibleWidth(rest),
  }
}
