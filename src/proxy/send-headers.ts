/** Sends the headers of a message before its body. */
import type { OutgoingMessage } from 'node:http'

const nothing = Buffer.alloc(0)

/** Sends the headers now. Node's `flushHeaders` would write bytes beyond ASCII as UTF-8 once more. */
export function sendHeaders(message: OutgoingMessage): void {
  message.write(nothing)
}
