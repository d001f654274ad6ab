/** A stream's last minute: a line while it was open, a tick for each tenth of a second in which events passed. */
import { begin, colour } from './canvas.js'

const spanMs = 60_000

/** Follows one stream. */
export class TickStrip {
  readonly canvas: HTMLCanvasElement = document.createElement('canvas')
  #ticks: { at: number; count: number }[] = []

  constructor() {
    this.canvas.className = 'strip'
    this.canvas.setAttribute('aria-hidden', 'true')
  }

  add(at: number, count: number): void {
    this.#ticks.push({ at, count })
    const passed = this.#ticks.findIndex((tick) => tick.at > at - spanMs)
    if (passed > 0) this.#ticks.splice(0, passed)
  }

  draw(now: number, openedAt: number, closedAt: number | null): void {
    const context = begin(this.canvas)
    if (!context) return
    const { clientWidth: width, clientHeight: height } = this.canvas
    const x = (at: number): number => width - ((now - at) / spanMs) * width
    const middle = height / 2
    const from = Math.max(0, x(openedAt))
    const to = Math.max(0, x(closedAt ?? now))
    context.fillStyle = colour('--stream-faint')
    context.fillRect(from, middle - 1, to - from, 2)
    context.fillStyle = colour('--stream')
    for (const { at, count } of this.#ticks) {
      const left = x(at)
      if (left < 0) continue
      const tall = Math.min(height, 6 + 5 * Math.log2(count))
      context.fillRect(left - 1, middle - tall / 2, 2, tall)
    }
    if (from > 0) context.fillRect(from, middle - 4, 1.5, 8)
    if (closedAt !== null && to > 0) {
      context.fillStyle = colour('--limit')
      context.fillRect(to - 1.5, middle - 4, 1.5, 8)
    }
  }
}
