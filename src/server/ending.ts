/** The end of a stream in good order, with a client that does not come to read the rest of it. */
import type { Outlet } from './outlet.js'

/** A stream that is being closed. */
export class Ending {
  /** Resolves when the connection has let go. */
  readonly gone: Promise<void>
  #resolve: () => void = () => {}
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor() {
    this.gone = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Ends `outlet`; what it has not let go of after `graceMs` is dropped. */
  begin(outlet: Outlet, graceMs: number): void {
    outlet.end()
    if (!this.#isOver) this.#timer = setTimeout(() => outlet.destroy(), graceMs)
  }

  /** The connection is gone. */
  finish(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#resolve()
  }
}
