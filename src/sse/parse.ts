/**
 * Reads the wire format of an event stream, chunk by chunk.
 * HTML standard, sections 9.2.5 “Parsing an event stream” and 9.2.6 “Interpreting an event stream”.
 *
 * A line counts as soon as its end has arrived: a lone CR at the end of a chunk ends the line at once, and an LF that
 * opens the next chunk is then skipped. (eventsource-parser waits for the next chunk there.)
 */

/** One dispatched event. */
export interface ParsedEvent {
  /** The event's type; `message` where the stream named none. */
  type: string
  data: string
  /** The last event ID after this event: its own id, or the one an earlier block set. */
  lastEventId: string
  /** Whether the block itself carried an id that counts. */
  hasId: boolean
}

/** What a parser calls, in stream order. A handler that throws stops the chunk it was called from. */
export interface ParserHandlers {
  onEvent(event: ParsedEvent): void
  /** A comment line, without the colon and one leading space. */
  onComment?(text: string): void
  /** A reconnection time in milliseconds. */
  onRetry?(retryMs: number): void
}

/** Where a parser begins and what it bounds. */
export interface ParserOptions {
  /** The last event ID that an earlier connection ended with. Default: the empty string. */
  lastEventId?: string
  /**
   * Most characters kept of one line, and of one event's data; what goes beyond is dropped, so that an endless event
   * cannot fill the memory of a reader that only counts. Default: no bound, as in browsers.
   */
  maxLength?: number
}

/** An incremental reader of one connection's bytes. */
export interface Parser {
  /** Reads the next chunk; split anywhere, also inside CRLF and inside a UTF-8 sequence when fed bytes. */
  feed(chunk: string | Uint8Array): void
  /** The last event ID so far; what to send when reconnecting. Also set by blocks that dispatched nothing. */
  readonly lastEventId: string
}

/** Makes a parser for one connection. Text and bytes must not be mixed on one parser. */
export function createParser(handlers: ParserHandlers, options: ParserOptions = {}): Parser {
  const maxLength = options.maxLength ?? Number.POSITIVE_INFINITY
  let decoder: TextDecoder | undefined
  let atStart = true
  let skipLineFeed = false
  let line = ''
  let lastEventId = options.lastEventId ?? ''
  let idBuffer = lastEventId
  let hasId = false
  let type = ''
  let data: string | undefined

  function endLine(): void {
    const text = line
    line = ''
    if (text === '') endBlock()
    else if (text[0] === ':') handlers.onComment?.(text.slice(text[1] === ' ' ? 2 : 1))
    else readField(text)
  }

  function readField(text: string): void {
    const colon = text.indexOf(':')
    const name = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') {
      if (data === undefined) data = value
      else if (data.length < maxLength) data += `\n${value}`
    } else if (name === 'event') type = value
    else if (name === 'id') {
      if (value.includes('\0')) return
      idBuffer = value
      hasId = true
    } else if (name === 'retry' && /^\d+$/.test(value)) handlers.onRetry?.(Number(value))
  }

  function endBlock(): void {
    const event = data === undefined ? undefined : { type: type || 'message', data, lastEventId: idBuffer, hasId }
    lastEventId = idBuffer
    type = ''
    data = undefined
    hasId = false
    if (event) handlers.onEvent(event)
  }

  function feedText(text: string): void {
    let from = 0
    if (skipLineFeed && text !== '') {
      skipLineFeed = false
      if (text[0] === '\n') from = 1
    }
    // Each search result is kept until it is passed, so that a chunk of one kind of line end is scanned once.
    let lineFeed = text.indexOf('\n', from)
    let carriageReturn = text.indexOf('\r', from)
    while (from < text.length) {
      if (lineFeed >= 0 && lineFeed < from) lineFeed = text.indexOf('\n', from)
      if (carriageReturn >= 0 && carriageReturn < from) carriageReturn = text.indexOf('\r', from)
      const end = carriageReturn < 0 ? lineFeed : lineFeed < 0 ? carriageReturn : Math.min(lineFeed, carriageReturn)
      if (line.length < maxLength) line += end < 0 ? text.slice(from) : text.slice(from, end)
      if (end < 0) return
      from = end + 1
      if (end === carriageReturn) {
        if (from === text.length) skipLineFeed = true
        else if (text[from] === '\n') from++
      }
      endLine()
    }
  }

  return {
    feed(chunk) {
      if (typeof chunk !== 'string') {
        decoder ??= new TextDecoder() // strips the byte order mark, replaces malformed bytes
        return feedText(decoder.decode(chunk, { stream: true }))
      }
      if (atStart && chunk !== '') {
        atStart = false
        if (chunk[0] === '\uFEFF') return feedText(chunk.slice(1))
      }
      feedText(chunk)
    },
    get lastEventId() {
      return lastEventId
    },
  }
}
