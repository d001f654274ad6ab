/** `sse-coord doctor`: opens real tabs in the user's browser and shows the limit, the cure, and how the cure holds. */
import { type Command, Option } from 'commander'
import type { DiagnoseOptions } from '../../index.js'
import { createPen } from '../../report/index.js'
import type { Context } from '../context.js'
import { listenForInterrupts } from '../interrupts.js'
import { type Destination, parseReporter } from '../options/reporter.js'
import { oneOf, someOf, someText, wholeNumber } from '../options/values.js'
import { showLines } from '../progress/lines.js'
import { showLive } from '../progress/live.js'
import { canRedraw, showsUnicode, wantsColor } from '../terminal.js'
import { explainUsage } from '../usage.js'
import { expectWritable } from '../write-file.js'
import { writeReports } from '../write-reports.js'

/** The flags as commander hands them over, their values read. */
interface DoctorFlags {
  tabs?: number
  trials?: number
  only?: ('tabs' | 'failover')[]
  browser?: string
  installBrowser?: boolean
  /** True by commander's rule for `--no-…`; only false was asked for. */
  sandbox: boolean
  reporter?: Destination[]
  failOn: 'error' | 'warning' | 'info'
  color?: boolean
}

const examples = `
Examples:
  $ sse-coord doctor                          the whole run, about a minute
  $ sse-coord doctor --only tabs --tabs 12    only the limit, with 12 tabs
`

export function addDoctor(program: Command, context: Context): void {
  const option = (group: string, flags: string, description: string) => new Option(flags, description).helpGroup(group)
  const measured = 'What is measured:'
  const browser = 'Browser:'
  const report = 'Report:'

  const command = program
    .command('doctor')
    .summary('show the connection limit in your own browser, and the cure')
    .description(
      'Opens real tabs in a browser on this machine, first with plain EventSource and\n' +
        'then with the coordinator, and measures what each tab gets. Then the leading tab\n' +
        'is closed, crashed, frozen, sent to another page and hung. All over loopback.',
    )
    .addOption(
      option(measured, '--tabs <N>', 'tabs to open, 2 to 50 (default: 8)').argParser(wholeNumber('--tabs', 2, 50)),
    )
    .addOption(
      option(measured, '--trials <N>', 'times that each ending is tried, 1 to 20 (default: 3)').argParser(
        wholeNumber('--trials', 1, 20),
      ),
    )
    .addOption(
      option(measured, '--only <part>', 'tabs or failover; several with commas').argParser(
        someOf('--only', ['tabs', 'failover']),
      ),
    )
    .addOption(
      option(browser, '--browser <name|path>', 'chrome, chromium, edge or a path (default: the first found)').argParser(
        someText('--browser', 'chrome, chromium, edge or a path'),
      ),
    )
    .addOption(option(browser, '--install-browser', 'install one first, where none is found'))
    .addOption(option(browser, '--no-sandbox', 'run the browser without its sandbox'))
    .addOption(
      option(
        report,
        '-r, --reporter <name[=file]>',
        'pretty, json, junit, sarif, github, markdown or html, to a file if one is named; may be repeated',
      ).argParser(parseReporter),
    )
    .addOption(
      option(report, '--fail-on <severity>', 'exit with 1 from here on: error, warning or info')
        .argParser(oneOf('--fail-on', ['error', 'warning', 'info']))
        .default('info', 'info'),
    )
    .addOption(option(report, '--color', 'colour in any case'))
    .addOption(option(report, '--no-color', 'no colour'))
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : explainUsage(error, command, refuseUrl)
    })
    .action(async (flags: DoctorFlags) => context.finish(await doctor(flags, context)))
}

function refuseUrl(argument: string): string {
  return `doctor takes no URL in this version: it tests this machine’s browser on a server of its own, so leave '${argument}' out.`
}

async function doctor(flags: DoctorFlags, { process, loadApi }: Context): Promise<number> {
  const { env, stdout, stderr } = process
  const destinations: Destination[] = flags.reporter ?? [{ reporter: 'pretty', file: null }]
  for (const { file } of destinations) if (file !== null) await expectWritable(file)
  const { diagnose } = await loadApi()

  const unicode = showsUnicode(env, process.platform)
  const pen = createPen({ color: wantsColor(flags.color, env, stderr), unicode })
  const view = canRedraw(env, stderr) ? showLive({ output: stderr, pen }) : showLines({ output: stderr, pen })
  const wipe = () => void view.close()
  process.on('exit', wipe)
  const abort = new AbortController()
  const interrupts = listenForInterrupts(
    process,
    () => {
      view.note('stopping … (Ctrl-C again ends at once)')
      abort.abort()
    },
    wipe,
  )
  try {
    const report = await diagnose({
      ...optionsOf(flags),
      signal: abort.signal,
      onProgress: view.onProgress,
      onNote: view.note,
    })
    await view.close()
    const terminal = { color: wantsColor(flags.color, env, stdout), unicode, width: stdout.columns || 80 }
    await writeReports(report, destinations, { stdout, stderr, terminal, env })
    return report.exitCode
  } finally {
    await view.close()
    interrupts.close()
    process.off('exit', wipe)
  }
}

/** Only what was asked for: everything else keeps the default of the API. */
function optionsOf({ sandbox, reporter: _reporter, color: _color, ...flags }: DoctorFlags): DiagnoseOptions {
  return sandbox ? flags : { ...flags, sandbox }
}
