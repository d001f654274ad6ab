/** The flags of `doctor`, in groups, and what becomes of them. */
import { type Command, Option } from 'commander'
import { didYouMean } from '../../config/nearest.js'
import { SseCoordError } from '../../error.js'
import type { DiagnoseOptions } from '../../index.js'
import { type Destination, parseReporter } from '../options/reporter.js'
import { duration, oneOf, port, someText, wholeNumber } from '../options/values.js'
import { headersOf, parseCookie, parseHeader, parseMethod, type WireFlags } from '../options/wire.js'
import type { CliProcess } from '../process.js'

/** The flags as commander hands them over, their values read. */
export interface DoctorFlags extends WireFlags {
  for?: number
  deep?: boolean
  origin?: string
  via?: string
  listen?: number
  pageOrigin?: string
  withCredentials?: boolean
  metrics?: string
  metric?: string
  pid?: number
  profile?: 'web' | 'llm' | 'mcp'
  allowLoad?: boolean
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

const selfTestParts = ['tabs', 'failover'] as const

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

  const request = 'The request:'
  add(request, '--header <name: value>', 'may be repeated; shown nowhere', parseHeader as never)
  add(request, '--cookie <name=value>', 'may be repeated; shown nowhere', parseCookie as never)
  add(request, '--bearer-env <name>', 'the variable that holds the token', someText('--bearer-env', 'a name'))
  add(request, '--method <name>', 'such as POST (default: GET)', parseMethod)
  add(request, '--body <text>', 'what to send')
  add(request, '--http <version>', '1, 2 or auto (default: auto)', oneOf('--http', ['1', '2', 'auto']))
  add(request, '--insecure', 'take any certificate')

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
  const choice = 'chrome, chromium, edge or a path'
  add(browser, '--browser <name|path>', `${choice} (default: the first found)`, someText('--browser', choice))
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

/** Only what was asked for: everything else keeps the default of the API. */
export function optionsOf(urls: readonly string[], flags: DoctorFlags, env: CliProcess['env']): DiagnoseOptions {
  const { sandbox, tabs, trials, browser, installBrowser, failOn } = flags
  const common = given({ tabs, failOn })
  if (urls.length === 0 && flags.via === undefined) {
    refuseWithoutUrl(flags)
    return {
      ...common,
      ...given({ trials, browser, installBrowser, only: selfTestOf(flags.only) }),
      ...(!sandbox && { sandbox }),
    }
  }
  if ((flags.metrics === undefined) !== (flags.metric === undefined)) {
    throw new SseCoordError(
      'bad-option',
      '--metrics and --metric go together: the URL, and the name of the figure there.',
    )
  }
  const {
    deep,
    origin,
    via,
    listen,
    pageOrigin,
    withCredentials,
    method,
    body,
    http,
    insecure,
    pid,
    profile,
    allowLoad,
  } = flags
  return {
    ...common,
    urls,
    ...given({
      for: flags.for,
      deep,
      origin,
      via,
      listen,
      pageOrigin,
      withCredentials,
      method,
      body,
      http,
      insecure,
      pid,
    }),
    ...given({ profile, allowLoad, onlyChecks: flags.only, skipChecks: flags.skip }),
    headers: headersOf(flags, env),
    ...(flags.metrics !== undefined &&
      flags.metric !== undefined && { metrics: { url: flags.metrics, metric: flags.metric } }),
  }
}

const needUrl = [
  'for',
  'deep',
  'origin',
  'pageOrigin',
  'withCredentials',
  'metrics',
  'pid',
  'profile',
  'skip',
  'saveEvidence',
] as const

function refuseWithoutUrl(flags: DoctorFlags): void {
  const stray = needUrl.find((name) => flags[name] !== undefined)
  if (stray === undefined) return
  const flag = `--${stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new SseCoordError(
    'bad-option',
    `${flag} needs a URL, as in sse-coord doctor http://localhost:3000/events ${flag}.`,
  )
}

function selfTestOf(words: readonly string[] | undefined): ('tabs' | 'failover')[] | undefined {
  return words?.map((word) => {
    const part = selfTestParts.find((one) => one === word)
    if (part !== undefined) return part
    const guess = didYouMean(word, selfTestParts) || '.'
    throw new SseCoordError('bad-option', `--only takes tabs or failover, not '${word}'${guess}`)
  })
}

/** What is not undefined. */
function given<Options extends object>(
  options: Options,
): { [Key in keyof Options]?: Exclude<Options[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
