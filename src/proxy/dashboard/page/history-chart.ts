/** How an origin's connections were spent over the last two minutes, with the limit of six drawn in. */
import type { OriginState } from '../messages.js'
import { begin, colour } from './canvas.js'

const spanMs = 120_000
const limit = 6

interface Sample {
  at: number
  streaming: number
  inUse: number
}

/** The base line of the limit's figure: below its line, or above where there is no room. */
export function labelAt(line: number, height: number): number {
  return line + 13 > height - 2 ? line - 4 : line + 13
}

/** Follows one origin. */
export class HistoryChart {
  readonly canvas: HTMLCanvasElement = document.createElement('canvas')
  #samples: Sample[] = []

  constructor() {
    this.canvas.className = 'history'
    this.canvas.setAttribute('aria-hidden', 'true') // the words beside it say the same
  }

  add(at: number, { streaming, busy }: OriginState): void {
    const last = this.#samples.at(-1)
    const sample = { at, streaming, inUse: streaming + busy }
    if (last && last.streaming === sample.streaming && last.inUse === sample.inUse) return
    this.#samples.push(sample)
    // The last one before the span says how it began.
    while ((this.#samples[1]?.at ?? at) < at - spanMs) this.#samples.shift()
  }

  draw(now: number): void {
    const context = begin(this.canvas)
    if (!context) return
    const { clientWidth: width, clientHeight: height } = this.canvas
    const top = Math.max(limit + 1, ...this.#samples.map(({ inUse }) => inUse))
    const x = (at: number): number => width - ((now - at) / spanMs) * width
    const y = (count: number): number => height - 1 - (count / top) * (height - 4)

    context.fillStyle = colour('--busy-fill')
    this.#area(context, x, y, (sample) => sample.inUse, width)
    context.fillStyle = colour('--stream')
    this.#area(context, x, y, (sample) => sample.streaming, width)
    context.strokeStyle = colour('--limit')
    context.setLineDash([4, 3])
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(0, Math.round(y(limit)) + 0.5)
    context.lineTo(width, Math.round(y(limit)) + 0.5)
    context.stroke()
    context.setLineDash([])
    context.fillStyle = colour('--limit')
    context.font = '600 11px system-ui, sans-serif'
    context.fillText(String(limit), 6, labelAt(y(limit), height))
  }

  #area(
    context: CanvasRenderingContext2D,
    x: (at: number) => number,
    y: (count: number) => number,
    countOf: (sample: Sample) => number,
    width: number,
  ): void {
    const [first] = this.#samples
    if (!first) return
    context.beginPath()
    context.moveTo(Math.max(0, x(first.at)), y(0))
    let level = y(countOf(first))
    for (const sample of this.#samples) {
      const left = Math.max(0, x(sample.at))
      context.lineTo(left, level)
      level = y(countOf(sample))
      context.lineTo(left, level)
    }
    context.lineTo(width, level)
    context.lineTo(width, y(0))
    context.fill()
  }
}
