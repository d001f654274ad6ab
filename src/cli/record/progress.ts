/** What a recording has so far: one line that is redrawn, or one line for each connection and every 15 s. */
import type { RecordHappening } from '../../index.js'
import { count, formatSize, type Pen } from '../../report/index.js'
import type { CliOutput } from '../process.js'
import { writeHappening } from '../tail/lines.js'

export interface RecordingProgress {
  show(happening: RecordHappening): void
  /** Finished lines in between. */
  note(lines: string): void
  /** Leaves the terminal as it was. */
  close(): void
}

/** Often enough for a build service not to take silence for a hang. */
const reminderMs = 15_000
const redrawMs = 100

export function showRecording(options: {
  output: CliOutput
  pen: Pen
  file: string
  redraws: boolean
}): RecordingProgress {
  const { output, pen, file, redraws } = options
  const start = performance.now()
  let events = 0
  let bytes = 0
  let isDrawn = false

  const wipe = () => {
    if (isDrawn) output.write('\r\x1b[K')
    isDrawn = false
  }
  const total = () => {
    const seconds = Math.floor((performance.now() - start) / 1000)
    return `${pen.sign('running')} ${pen.text(`${file} · ${count(events, 'event')} · ${formatSize(bytes)} · ${seconds} s`)}`
  }
  const say = (line: string) => {
    wipe()
    output.write(`${line}\n`)
  }
  const timer = setInterval(
    () => {
      if (!redraws) return say(total())
      wipe()
      output.write(total().slice(0, (output.columns || 80) - 1))
      isDrawn = true
    },
    redraws ? redrawMs : reminderMs,
  )

  return {
    show(happening) {
      if (happening.kind === 'chunk') bytes += happening.bytes.length
      else if (happening.kind === 'event') events++
      else if (happening.kind !== 'comment' && happening.kind !== 'retry') {
        say(writeHappening(happening, { pen, width: output.columns || 80 }))
        if (happening.kind === 'stopped') say(pen.text(`Replay it with: npx sse-coord mock ${file}`))
      }
    },
    note: say,
    close() {
      clearInterval(timer)
      wipe()
    },
  }
}
