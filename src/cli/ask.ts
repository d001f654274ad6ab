/** Questions to the person at the terminal, one line each; the answer that Enter alone gives stands in brackets. */
import { writeAll } from './output.js'
import type { CliInput, CliOutput } from './process.js'

export interface Questions {
  /** Resolves with the answer; with `usual` for an empty line; with null once there is nobody to answer (Ctrl-D). */
  ask(question: string, usual: string): Promise<string | null>
  /** Lets go of the input, so that the process may end. */
  close(): void
}

export function openQuestions(input: CliInput, output: CliOutput): Questions {
  let typed = ''
  let isOver = false
  let wake = () => {}
  const onData = (chunk: Buffer | string) => {
    typed += chunk.toString()
    wake()
  }
  const onEnd = () => {
    isOver = true
    wake()
  }
  input.on('data', onData)
  input.on('end', onEnd)
  input.resume()

  /** Several lines may come at once, as when they are pasted. */
  async function nextLine(): Promise<string | null> {
    for (;;) {
      const end = typed.indexOf('\n')
      if (end >= 0) {
        const line = typed.slice(0, end)
        typed = typed.slice(end + 1)
        return line
      }
      if (isOver) return null
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  return {
    async ask(question, usual) {
      await writeAll(output, `${question} (${usual}) `)
      const line = await nextLine()
      if (line === null) await writeAll(output, '\n')
      return line === null ? null : line.trim() || usual
    },
    close() {
      input.off('data', onData)
      input.off('end', onEnd)
      input.pause()
    },
  }
}
