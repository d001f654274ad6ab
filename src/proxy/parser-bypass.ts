/**
 * A way past Node's HTTP parser for the body of a response. The parser makes a buffer and a call of every chunk, which is
 * most of what a proxy spends on a stream, and a body that passes as it is needs neither. The parser gets the head, and all
 * from the first thing on that is not a plain chunk: of whatever is unusual, of trailers and of the end it stays the judge.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

type OnBytes = (bytes: Buffer) => void

const headEnd = Buffer.from('\r\n\r\n')

/** Stands between the connection of one request and the parser. */
export class ParserBypass {
  readonly #socket: Socket
  /** Node's own listener, which hands the bytes to the parser. */
  readonly #parser: OnBytes
  readonly #onData: OnBytes
  #incoming: IncomingMessage | undefined
  #taker: OnBytes | undefined
  /** Whether the parser has been given exactly the bytes before the body. */
  #isAtBody = false

  /** Of a request that has its connection, and no answer yet; `undefined` where Node reads in another way than expected. */
  static of(outgoing: ClientRequest): ParserBypass | undefined {
    const { socket } = outgoing
    const listeners = socket?.listeners('data') ?? []
    const [parser] = listeners
    return socket && parser && listeners.length === 1 ? new ParserBypass(socket, parser as OnBytes) : undefined
  }

  private constructor(socket: Socket, parser: OnBytes) {
    this.#socket = socket
    this.#parser = parser
    this.#onData = (bytes) => (this.#taker ? this.#taker(bytes) : this.#parseHeads(bytes))
    socket.off('data', parser)
    socket.on('data', this.#onData)
  }

  /** The parser has told of the response, which is to be said before anything else is done with it. */
  answered(incoming: IncomingMessage): void {
    this.#incoming = incoming
  }

  /** Takes the body, while its head is being told of; false where it has to go through the parser. */
  take(onBytes: OnBytes): boolean {
    if (!this.#isAtBody) return false
    this.#taker = onBytes
    return true
  }

  /** The parser goes on, with these bytes. */
  giveBack(bytes: Buffer): void {
    this.#taker = undefined
    this.#parse(bytes)
    this.#leave()
  }

  /** Reads no more until a slower reader has caught up. */
  waitFor(reader: Socket): void {
    this.#socket.pause()
    reader.once('drain', () => this.#socket.resume())
  }

  /** What came is no chunked body. */
  cut(): void {
    this.#socket.destroy()
  }

  #parse(bytes: Buffer): void {
    this.#parser.call(this.#socket, bytes)
  }

  /** Node reads on by itself. A parser at the end of its message, or at an error, is no longer this connection's. */
  #leave(): void {
    this.#socket.off('data', this.#onData)
    if (!this.#incoming?.complete && !this.#socket.destroyed) this.#socket.on('data', this.#parser)
  }

  /** Hands one head after the other to the parser, interim responses first, until there is a body or something unclear. */
  #parseHeads(bytes: Buffer): void {
    let rest = bytes
    let length = headLength(rest)
    while (length > 0) {
      this.#isAtBody = true
      this.#parse(rest.subarray(0, length))
      this.#isAtBody = false
      rest = rest.subarray(length)
      length = this.#incoming || this.#socket.destroyed ? 0 : headLength(rest)
    }
    if (this.#taker) {
      if (rest.length > 0) this.#taker(rest)
    } else if (rest.length > 0 || this.#incoming || this.#socket.destroyed) this.#parseOn(rest)
  }

  /** Leaves this response to the parser. */
  #parseOn(rest: Buffer): void {
    // Node, too, gives up a connection on which more comes than was announced.
    if (rest.length > 0 && this.#incoming?.complete) this.#socket.destroy()
    else if (rest.length > 0) this.#parse(rest)
    this.#leave()
  }
}

/** The length of the head with which these bytes begin; 0 if it is not whole, or not so that its end is beyond doubt. */
function headLength(bytes: Buffer): number {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return 0
  const head = bytes.toString('latin1', 0, end)
  return head.startsWith('HTTP/1.1 ') && !/(^|[^\r])\n/.test(head) ? end + headEnd.length : 0
}
