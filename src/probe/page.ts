/** An answer that is no event stream: a page, JSON, an error. Read a little of, for what it says. */
import { createDecoder, headerOf, type StreamAnswer } from '../client/index.js'
import type { Exchange } from '../evidence/exchange.js'

export interface Page {
  /** As they came. */
  bytes: number
  text: string
  /** Whether it ended before we left. */
  isWhole: boolean
}

const mostBytes = 64 * 1024
const mostMs = 2000

export async function readPage(answer: StreamAnswer): Promise<Page> {
  const decoder = createDecoder(headerOf(answer.headers, 'content-encoding'), { maxBytes: 16 * mostBytes })
  const timer = setTimeout(() => void answer.close(), mostMs)
  const pieces: Uint8Array[] = []
  let bytes = 0
  let size = 0
  try {
    for await (const chunk of answer.chunks) {
      bytes += chunk.bytes.byteLength
      const piece = decoder ? await decoder.decode(chunk.bytes) : chunk.bytes
      pieces.push(piece)
      size += piece.byteLength
      if (size > mostBytes) break
    }
  } catch {
    // What cannot be decoded has no words to show.
  } finally {
    clearTimeout(timer)
    decoder?.close()
  }
  const text = new TextDecoder().decode(Buffer.concat(pieces)).slice(0, mostBytes)
  return { bytes, text, isWhole: size <= mostBytes }
}

/** The title of a page, and the first words of whatever else it is. */
export function describePage({ text }: Page): NonNullable<Exchange['body']> {
  // Neither looks beyond the next `<`, or a text full of them would be read again from each.
  const title = /<title(?:\s[^<>]*)?>([^<]{1,200})/i.exec(text)?.[1]
  if (title !== undefined) return { title: title.replace(/\s+/g, ' ').trim(), start: '' }
  const words = text
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return { title: null, start: words.slice(0, 80) }
}
