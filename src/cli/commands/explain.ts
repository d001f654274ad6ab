/** `sse-coord explain [id]`: the page of a check, without a network. */
import { type Command, Option } from 'commander'
import { renderPage, renderPageList } from '../../report/index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { writeAll } from '../output.js'
import { showsUnicode, wantsColor } from '../terminal.js'

const examples = `
Examples:
  $ sse-coord explain                  every check, one line each
  $ sse-coord explain tabs/stall       symptom, why, how it is measured, fix
`

export function addExplain(program: Command, { process, loadApi }: Context): void {
  addCommand(program, 'explain', examples)
    .summary('print what a check is about, and the fix')
    .description('Prints the page of a check: symptom, why, how it is measured, and the fix.')
    .argument('[id]', 'area/name, as reports name it, or an area (default: a list of all)')
    .addOption(new Option('--color', 'colour in any case'))
    .addOption(new Option('--no-color', 'no colour'))
    .action(async (id: string | undefined, flags: { color?: boolean }) => {
      const { explain, readPages } = await loadApi()
      const { env, stdout } = process
      const terminal = {
        color: wantsColor(flags.color, env, stdout),
        unicode: showsUnicode(env, process.platform),
        width: stdout.columns || 80,
      }
      const pages = await readPages()
      const listed = id === undefined ? pages : pages.filter((page) => page.id.startsWith(`${id}/`))
      const text =
        id === undefined || listed.length > 0
          ? renderPageList(listed, terminal)
          : renderPage((await explain(id)).markdown, terminal)
      await writeAll(stdout, text)
    })
}
