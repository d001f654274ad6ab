/** `--list-faults`: every fault with what it takes, within 80 columns. */
import type { FaultDescription } from '../index.js'

const nameWidth = 26
const width = 80

/** The table as text. */
export function faultTable(faults: readonly FaultDescription[]): string {
  const lines = faults.flatMap(({ name, alias, defaultValue, summary }) => {
    const alsoKnown = alias === undefined || alias === name ? '' : ` (also ${alias})`
    const words = wrap(`${summary}${alsoKnown}`, width - nameWidth - 2)
    const first = `  ${(defaultValue === undefined ? name : `${name}:${defaultValue}`).padEnd(nameWidth)}`
    return words.map((text, index) => (index === 0 ? first : ' '.repeat(nameWidth + 2)) + text)
  })
  return `Faults, each with its default value:\n\n${lines.join('\n')}\n\n${places}`
}

const places = `Where, after an @ and parted by commas:

  connection=2   the second request only
  event=12       at, or after, the twelfth event
  byte=4096      after so many bytes
  ms=500         after so many milliseconds of that connection
  path=/events   requests whose path begins so
  client=firefox those of an address, or with that in their User-Agent

As in --fault status:503,retry-after=1s@connection=2
      --fault cut@event=12,connection=1
`

function wrap(text: string, most: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
