/** The flags of `doctor`, in groups. */
import { type Command, Option } from 'commander'
import { type AppFlags, appOption } from '../options/app.js'
import { type Destination, parseReporter } from '../options/reporter.js'
import { addRequestOptions, type RequestFlags } from '../options/request.js'
import { duration, oneOf, port, someText, wholeNumber } from '../options/values.js'

/** The flags as commander hands them over, their values read. */
export interface DoctorFlags extends RequestFlags, AppFlags {
  origin?: string
  via?: string
  listen?: number
  pageOrigin?: string
  withCredentials?: boolean
  metrics?: string
  metric?: string
  pid?: number
  profile?: 'web' | 'llm' | 'mcp'
  tabs?: number
  trials?: number
  only?: string[]
  skip?: string[]
  browser?: string
  installBrowser?: boolean
  /** True by commander's rule for `--no-…`; only false was asked for. */
  sandbox: boolean
  saveEvidence?: string
  from?: string
  reporter?: Destination[]
  failOn?: 'error' | 'warning' | 'info'
  color?: boolean
}

export function addDoctorFlags(command: Command): void {
  const add = (
    group: string,
    flags: string,
    description: string,
    parse?: (text: string, previous: never) => unknown,
  ) => {
    const option = new Option(flags, description).helpGroup(group)
    command.addOption(parse ? option.argParser(parse as (text: string, previous: unknown) => unknown) : option)
  }
  const stream = 'The stream:'
  add(stream, '--for <duration>', 'how long each is watched (default: 20s)', duration('--for', '20s', 1000))
  add(stream, '--deep', 'watch past the common time-outs: 150 s')
  add(stream, '--profile <name>', 'web, llm or mcp: the latter two may end', oneOf('--profile', ['web', 'llm', 'mcp']))
  add(
    stream,
    '--page-origin <origin>',
    'the page that reads it is of this origin',
    someText('--page-origin', 'an origin'),
  )
  add(stream, '--with-credentials', 'and sends cookies')
  add(stream, '--allow-load', 'more than 2 connections to another machine')

  command.addOption(appOption())
  addRequestOptions(command)

  const around = 'What stands around it:'
  add(around, '--origin <url>', 'the app itself, to compare with', someText('--origin', 'a URL'))
  add(around, '--via <url>', 'your proxy, when it leads to --listen', someText('--via', 'a URL'))
  add(around, '--listen <port>', 'where we serve a stream for --via', port('--listen'))
  add(around, '--metrics <url>', "the server's own figures", someText('--metrics', 'a URL'))
  add(around, '--metric <name>', 'the one that counts open streams', someText('--metric', 'a name'))
  add(around, '--pid <n>', 'the server’s process, on this machine', wholeNumber('--pid', 1, 4_194_304))

  const measured = 'What is measured:'
  add(measured, '--only <check>', 'ids or areas, with commas; without a URL tabs or failover', parseWords as never)
  add(measured, '--skip <check>', 'ids or areas, with commas', parseWords as never)
  add(measured, '--tabs <N>', 'tabs to open, 2 to 50 (default: 8)', wholeNumber('--tabs', 2, 50))
  add(measured, '--trials <N>', 'times that each ending is tried, 1 to 20 (default: 3)', wholeNumber('--trials', 1, 20))

  const browser = 'Browser:'
  const choice = 'chrome, chromium, edge, a program on PATH or a path'
  const which = `${choice}; with --app firefox too (default: SSE_COORD_BROWSER, else the first that is found)`
  add(browser, '--browser <name|path>', which, someText('--browser', choice))
  add(browser, '--install-browser', 'install one first, where none is found')
  add(browser, '--no-sandbox', 'run the browser without its sandbox')

  const report = 'Report:'
  const reporter = 'pretty, json, junit, sarif, github, markdown or html, to a file if one is named; may be repeated'
  add(report, '-r, --reporter <name[=file]>', reporter, parseReporter as never)
  const severities = oneOf('--fail-on', ['error', 'warning', 'info'])
  add(
    report,
    '--fail-on <severity>',
    'exit with 1 from here on: error, warning or info (default: error; without a URL info)',
    severities,
  )
  add(report, '--save-evidence <file>', 'keep what was measured', someText('--save-evidence', 'a file'))
  add(report, '--from <file>', 'judge what was kept, and measure nothing', someText('--from', 'a file'))
  add(report, '--color', 'colour in any case')
  add(report, '--no-color', 'no colour')
}

/** Words parted by commas or given one at a time; each counts once. */
function parseWords(text: string, previous: readonly string[] = []): string[] {
  return [...new Set([...previous, ...text.split(',').map((word) => word.trim())])]
}
