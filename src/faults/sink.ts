/**
 * A response on its way to a client, as faults see it: a head, bytes, and one of three ends. Faults stand in a row, each
 * a sink that passes on to the next; the last one is the mock's or the proxy's own.
 */

/** Status and headers; names in the case in which they are sent. */
export interface ResponseHead {
  status: number
  headers: readonly (readonly [name: string, value: string])[]
}

/** Where a response goes. `head` comes first, one of the ends last. */
export interface Sink {
  head(head: ResponseHead): void
  write(bytes: Buffer): void
  /** The response is complete. */
  end(): void
  /** The connection closes with FIN, the response incomplete. */
  cut(): void
  /** The connection closes with RST. */
  reset(): void
}

/** A sink that passes all on to `next`, except for what `changed` does instead. */
export function passTo(next: Sink, changed: Partial<Sink> = {}): Sink {
  return {
    head: changed.head ?? ((head) => next.head(head)),
    write: changed.write ?? ((bytes) => next.write(bytes)),
    end: changed.end ?? (() => next.end()),
    cut: changed.cut ?? (() => next.cut()),
    reset: changed.reset ?? (() => next.reset()),
  }
}

/** A sink that swallows everything. */
export const nowhere: Sink = { head() {}, write() {}, end() {}, cut() {}, reset() {} }

/** The headers without those whose names match. */
export function withoutHeaders(head: ResponseHead, matches: (name: string) => boolean): ResponseHead {
  return { ...head, headers: head.headers.filter(([name]) => !matches(name.toLowerCase())) }
}

/** The headers with one set, in place of any of that name. */
export function withHeader(head: ResponseHead, name: string, value: string): ResponseHead {
  const others = withoutHeaders(head, (other) => other === name.toLowerCase())
  return { ...others, headers: [...others.headers, [name, value]] }
}
