/** Why nothing is to be seen of a stream that is open, and which command finds out more. */
import type { QuietStream } from '../../index.js'
import { count, formatDuration, type Pen } from '../../report/index.js'

const reasons: Record<QuietStream['kind'], string> = {
  silent: 'The server has nothing to say, or something on the way holds it back.',
  unended: 'A blank line ends an event, and until it comes a browser waits, too.',
  buffered: 'The bytes fill a buffer: something on the way may pass on whole buffers alone.',
  dataless: 'A block without a data: line is no event for a browser, either.',
}

/** Two lines, without a line break at the end. */
export function quietWords({ kind, url, quietMs, bytes, lines }: QuietStream, pen: Pen): string {
  const came = bytes === 0 ? 'nothing came' : `${count(bytes, 'byte')} in ${count(lines, 'line')} came, and no event`
  const words = `Open for ${formatDuration(quietMs)}, ${came}. ${reasons[kind]}`
  const isPlain = /^[\w:/.[\]-]+$/.test(url) // to a shell
  const command = `npx sse-coord doctor ${isPlain ? url : `"${url}"`}`
  return `${pen.paint('warning', pen.sign('warning'))} ${pen.text(words)}\n  ${pen.text(`Find out why with: ${command}`)}`
}
