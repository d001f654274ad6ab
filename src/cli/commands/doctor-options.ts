/** What the flags of `doctor` come to. */
import { SseCoordError } from '../../error.js'
import type { DiagnoseOptions } from '../../index.js'
import { encodeLastEventId } from '../../sse/last-event-id.js'
import { appOf } from '../options/app.js'
import { given } from '../options/given.js'
import { readRequest } from '../options/request.js'
import { parseStreamUrl } from '../options/stream-url.js'
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
  const { deep, origin, via, listen, pageOrigin, withCredentials, pid, profile, allowLoad } = flags
  const { lastEventId, headers, ...request } = await readRequest(flags, env)
  const app = appOf(flags, { headers, insecure: request.insecure })
  return {
    ...common,
    ...request,
    urls: streams,
    ...(app && { app, ...given({ browser, installBrowser }), ...(!sandbox && { sandbox }) }),
    headers: lastEventId === undefined ? headers : [...headers, ['Last-Event-ID', encodeLastEventId(lastEventId)]],
    ...given({ for: flags.for, deep, origin, via, listen, pageOrigin, withCredentials, pid, profile, allowLoad }),
    ...given({ onlyChecks: flags.only, skipChecks: flags.skip }),
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
  return words && someOf('--only', selfTestParts)(words.join(','), undefined)
}
