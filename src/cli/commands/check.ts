/** `sse-coord check`: holds an app to its budget of streams and connections, and fails the build that exceeds it. */
import { type Command, Option } from 'commander'
import type { CheckOptions } from '../../index.js'
import { addCommand } from '../add-command.js'
import type { Context } from '../context.js'
import { measure } from '../measure.js'
import { given } from '../options/given.js'
import { type Destination, parseReporter } from '../options/reporter.js'
import { withScheme } from '../options/stream-url.js'
import { duration, oneOf, percentage, someText, wholeNumber } from '../options/values.js'
import { expectWritable } from '../write-file.js'

/** The flags as commander hands them over, their values read. */
interface CheckFlags {
  /** A file, or false by `--no-config`. */
  config?: string | false
  maxStreamsPerTab?: number
  maxStreamsPerOrigin?: number
  maxSocketsPerOrigin?: number
  minTabsBeforeStall?: number
  maxStalledRequests?: number
  maxFailoverTime?: number
  maxLostEvents?: number
  tabs?: number
  runs?: number
  tolerance?: `${number}%`
  timeout?: number
  run?: string
  target?: string
  forward?: boolean
  listeners?: number
  baseline?: string
  updateBaseline?: boolean
  browser?: string
  installBrowser?: boolean
  /** True by commander’s rule for `--no-…`; only false was asked for. */
  sandbox: boolean
  insecure?: boolean
  reporter?: Destination[]
  failOn?: 'error' | 'warning' | 'info'
  color?: boolean
}

const examples = `
Examples:
  $ sse-coord check http://localhost:3000/ --max-streams-per-tab 1
  $ sse-coord check --run "npm run e2e" --target http://localhost:3000
`

export function addCheck(program: Command, context: Context): void {
  const command = addCommand(program, 'check', examples)
    .summary('hold an app to its budget of streams, in CI')
    .description(
      'Opens pages in real tabs, counts the event streams and connections they hold,\n' +
        'and exits with 1 where that is more than the budget allows, naming the line that\n' +
        'opened each. Pages and budget stand in sse-coord.config.ts, or in flags.',
    )
    .argument('[pages...]', 'addresses of pages (default: those of the config)')
    .action(async (pages: string[], flags: CheckFlags) => context.finish(await check(pages, flags, context)))
  for (const option of options()) command.addOption(option)
}

function options(): Option[] {
  const option = (group: string, flags: string, description: string) => new Option(flags, description).helpGroup(group)
  const count = (flags: string, description: string, most: number, least = 0) =>
    option('Budget:', `${flags} <N>`, description).argParser(wholeNumber(flags, least, most))
  const opened = 'What is opened:'
  const suite = 'Around a test suite:'
  const baseline = 'Baseline:'
  const browser = 'Browser:'
  const browsers = 'chrome, chromium, edge, firefox, a program on PATH or a path'
  const report = 'Report:'
  return [
    count('--max-streams-per-tab', 'event streams that one tab may hold', 1000),
    count('--max-streams-per-origin', 'event streams of all tabs to one origin', 1000),
    count('--max-sockets-per-origin', 'connections in use at the same time', 1000),
    count('--min-tabs-before-stall', 'tabs that must work before one stalls', 50),
    count('--max-stalled-requests', 'requests that may wait for a connection', 1000),
    option('Budget:', '--max-failover-time <time>', 'silence when the leading tab goes').argParser(
      duration('--max-failover-time', '500ms'),
    ),
    count('--max-lost-events', 'events that may be lost then', 1_000_000),
    option(opened, '--config <file>', 'the config (default: searched upwards)').argParser(
      someText('--config', 'a file'),
    ),
    option(opened, '--no-config', 'flags alone, without any config'),
    option(opened, '--tabs <N>', 'tabs of each page, 1 to 50 (default: 8)').argParser(wholeNumber('--tabs', 1, 50)),
    option(opened, '--runs <N>', 'times that timings are measured (default: 3)').argParser(
      wholeNumber('--runs', 1, 20),
    ),
    option(opened, '--tolerance <share>', 'slack of timings (default: 25%)').argParser(percentage('--tolerance')),
    option(opened, '--timeout <time>', 'for a page to load (default: 30s)').argParser(duration('--timeout', '30s')),
    option(opened, '--insecure', 'accept certificates that nobody signed'),
    option(suite, '--run <command>', 'run it behind a proxy, and judge what passes').argParser(
      someText('--run', 'a command'),
    ),
    option(suite, '--target <url>', 'the app; the proxy in front is $SSE_COORD_URL').argParser(
      someText('--target', 'the address of the app'),
    ),
    option(suite, '--forward', 'be a proxy server instead: $SSE_COORD_PROXY'),
    option(suite, '--listeners <N>', 'proxies, one for each browser at the same time').argParser(
      wholeNumber('--listeners', 1, 32),
    ),
    option(baseline, '--baseline <file>', 'compare with what was measured before').argParser(
      someText('--baseline', 'a file'),
    ),
    option(baseline, '--update-baseline', 'write what is measured now into it'),
    option(browser, '--browser <name|path>', `${browsers} (default: the first that is found)`).argParser(
      someText('--browser', browsers),
    ),
    option(browser, '--install-browser', 'install one first, where none is found'),
    option(browser, '--no-sandbox', 'run the browser without its sandbox'),
    option(
      report,
      '-r, --reporter <name[=file]>',
      'pretty, json, junit, sarif, github, markdown or html, to a file if one is named; may be repeated',
    ).argParser(parseReporter),
    option(report, '--fail-on <severity>', 'exit with 1 from here on (default: error)').argParser(
      oneOf('--fail-on', ['error', 'warning', 'info']),
    ),
    option(report, '--color', 'colour in any case'),
    option(report, '--no-color', 'no colour'),
  ]
}

async function check(pages: string[], flags: CheckFlags, context: Context): Promise<number> {
  const { env, stderr } = context.process
  const destinations: Destination[] = flags.reporter ?? [{ reporter: 'pretty', file: null }]
  for (const { file } of destinations) if (file !== null) await expectWritable(file)
  const { checkBudget } = await context.loadApi()
  const isShared = flags.run !== undefined
  return measure(context, { destinations, color: flags.color, isShared }, (hooks) =>
    checkBudget({
      ...optionsOf(pages, flags),
      ...hooks,
      env,
      // The page of the report is where before and after are looked at.
      withCoordinator: destinations.some(({ reporter }) => reporter === 'html'),
      // What the user’s own command says is no report.
      onOutput: (text) => (isShared ? void stderr.write(text) : hooks.onNote(text.trimEnd())),
    }),
  )
}

/** Only what was asked for: everything else is for the config, the environment and the defaults to say. */
function optionsOf(pages: string[], flags: CheckFlags): CheckOptions {
  const { config, sandbox, reporter: _reporter, color: _color, ...rest } = flags
  const { maxStreamsPerTab, maxStreamsPerOrigin, maxSocketsPerOrigin, minTabsBeforeStall, ...others } = rest
  const { maxStalledRequests, maxFailoverTime, maxLostEvents, ...own } = others
  const budget = given({
    streamsPerTab: maxStreamsPerTab,
    streamsPerOrigin: maxStreamsPerOrigin,
    socketsPerOrigin: maxSocketsPerOrigin,
    tabsBeforeStall: minTabsBeforeStall,
    stalledRequests: maxStalledRequests,
    failoverTime: maxFailoverTime,
    lostEvents: maxLostEvents,
  })
  return {
    ...own,
    ...(own.target !== undefined && { target: withScheme(own.target) }),
    configFile: config ?? true,
    ...(pages.length > 0 && { pages: pages.map(withScheme) }),
    ...(Object.keys(budget).length > 0 && { budget }),
    ...(!sandbox && { sandbox }),
  }
}
