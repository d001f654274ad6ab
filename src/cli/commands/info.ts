/** `sse-coord info`: the block that a bug report begins with. */
import type { Command } from 'commander'
import { createPen } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { writeAll } from '../output.js'
import { showsUnicode } from '../terminal.js'

const examples = `
Examples:
  $ sse-coord info                 the versions that meet here
  $ sse-coord info > info.txt      to be pasted into a bug report
`

export function addInfo(program: Command, { process, loadApi }: Context): void {
  addCommand(program, 'info', examples)
    .summary('print the versions that a bug report needs')
    .description(
      'Prints versions of the tool, Node.js, the system and the browser. No paths, no\n' +
        'values of variables, nothing that is secret.',
    )
    .action(async () => {
      const { describeEnvironment } = await loadApi()
      const pen = createPen({ color: false, unicode: showsUnicode(process.env, process.platform) })
      const entries = await describeEnvironment()
      const column = Math.max(...entries.map(({ name }) => name.length)) + 2
      const lines = entries.map(({ name, value }) => `${name.padEnd(column)}${pen.text(value ?? 'none')}\n`)
      await writeAll(process.stdout, lines.join(''))
    })
}
