/** What the flags of `doctor` come to. */
import { SseCoordError } from '../../error.js'
import type { DiagnoseOptions } from '../../index.js'
import { toHeaderBytes } from '../../sse/last-event-id.js'
import { appOf } from '../options/app.js'
import { given } from '../options/given.js'
import { readRequest } from '../options/request.js'
import { parseStreamUrl, withScheme } from '../options/stream-url.js'
import { someOf } from '../options/values.js'
import type { CliProcess } from '../process.js'
import type { DoctorFlags } from './doctor-flags.js'

const selfTestParts = ['tabs', 'failover'] as const

/** Only what was asked for: everything else keeps the default of the API. */
export async function optionsOf(
  urls: readonly string[],
  flags: DoctorFlags,
  env: CliProcess['env'],
): Promise<DiagnoseOptions> {
  const { sandbox, tabs, trials, browser, installBrowser, failOn } = flags
  const common = given({ tabs, failOn })
  const streams = urls.map((url) => parseStreamUrl(url).href)
  if (urls.length === 0 && flags.via === undefined && flags.app === undefined) {
    refuseWithoutUrl(flags)
    return {
      ...common,
      ...given({ trials, browser, installBrowser, only: selfTestOf(flags.only) }),
      ...(!sandbox && { sandbox }),
    }
  }
  refuseWithUrl(flags)
  if ((flags.metrics === undefined) !== (flags.metric === undefined)) {
    throw new SseCoordError(
      'bad-option',
      '--metrics and --metric go together: the URL, and the name of the figure there.',
    )
  }
  if (flags.via !== undefined && flags.listen === undefined) {
    throw new SseCoordError(
      'bad-option',
      '--via needs --listen PORT: the port of 127.0.0.1 to which your proxy is pointed meanwhile.',
    )
  }
  if (flags.listen !== undefined && flags.via === undefined) {
    throw new SseCoordError('bad-option', '--listen needs --via URL: your proxy, which leads to that port.')
  }
  const { deep, listen, pageOrigin, withCredentials, pid, profile, allowLoad } = flags
  const { lastEventId, headers, ...request } = await readRequest(flags, env)
  const app = appOf(flags, { headers, insecure: request.insecure })
  return {
    ...common,
    ...request,
    urls: streams,
    ...(app && { app, ...given({ browser, installBrowser }), ...(!sandbox && { sandbox }) }),
    headers: lastEventId === undefined ? headers : [...headers, ['Last-Event-ID', toHeaderBytes(lastEventId)]],
    ...given({
      for: flags.for,
      deep,
      origin: address(flags.origin),
      via: address(flags.via),
      listen,
      pageOrigin,
      withCredentials,
      pid,
      profile,
      allowLoad,
    }),
    ...given({ onlyChecks: flags.only, skipChecks: flags.skip }),
    ...(flags.metrics !== undefined &&
      flags.metric !== undefined && { metrics: { url: withScheme(flags.metrics), metric: flags.metric } }),
  }
}

function address(text: string | undefined): string | undefined {
  return text === undefined ? undefined : withScheme(text)
}

/** What the self-test knows, and what the report of every run does. */
const ofSelfTest: readonly (keyof DoctorFlags)[] = [
  ...(['tabs', 'trials', 'only', 'browser', 'installBrowser', 'sandbox'] as const),
  ...(['reporter', 'failOn', 'color'] as const),
]

/** What would be without effect is a mistake: whoever gives it believes that it has one. */
function refuseWithoutUrl(flags: DoctorFlags): void {
  const stray = givenNames(flags).find((name) => !ofSelfTest.includes(name))
  if (stray === undefined) return
  const flag = flagOf(stray)
  const value = flags[stray] === true ? '' : ' …'
  throw new SseCoordError(
    'bad-option',
    `${flag} needs the URL of a stream, as in sse-coord doctor http://localhost:3000/events ${flag}${value}`,
  )
}

function refuseWithUrl(flags: DoctorFlags): void {
  if (flags.trials !== undefined) {
    const words = '--trials is of the self-test, the run without a URL: leave it or the URL out.'
    throw new SseCoordError('bad-option', words)
  }
  const ofPage = givenNames(flags).find((name) => ['browser', 'installBrowser', 'sandbox'].includes(name))
  if (flags.app !== undefined || ofPage === undefined) return
  throw new SseCoordError('bad-option', `${flagOf(ofPage)} needs a page to open: add --app URL, or leave it out.`)
}

/** Of the flags that somebody gave. Those of commander that are true by default were given where they are false. */
export function givenNames(flags: DoctorFlags): (keyof DoctorFlags)[] {
  const names = Object.keys(flags) as (keyof DoctorFlags)[]
  return names.filter((name) => flags[name] !== undefined && !(name === 'sandbox' && flags.sandbox))
}

/** `saveEvidence` is `--save-evidence`. */
export function flagOf(name: keyof DoctorFlags): string {
  if (name === 'sandbox') return '--no-sandbox'
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function selfTestOf(words: readonly string[] | undefined): ('tabs' | 'failover')[] | undefined {
  return words && someOf('--only', selfTestParts)(words.join(','), undefined)
}
