/** From the flags of `mock` to the options of `createMock`. */
import type { MockOptions, MockProfile } from '../../../index.js'
import { given } from '../../options/given.js'

/** The flags as commander hands them over, their values read. */
export interface MockFlags {
  /** The argument. */
  file?: string | undefined
  speed?: number
  rate?: number
  event?: string[]
  topics?: string[]
  payload?: string
  payloadFile?: string
  history?: number
  /** False for `--no-keep-alive`, as with the others. */
  keepAlive?: number | false
  retry?: number | [number, number] | false
  fault?: string[]
  seed?: number
  listFaults?: true
  profile?: MockProfile
  firstToken?: number
  tokensPerSecond?: number
  jitter?: number
  tokens?: number
  port?: number
  host?: string
  path?: string[]
  http2?: true
  cors?: boolean | string[]
  allowHost?: string[]
  color?: boolean
}

const defaultPort = 4000

/** Only what was asked for: everything else keeps the default of the API. */
export function optionsOf(flags: MockFlags): MockOptions {
  const { rate, keepAlive, retry, cors, port = defaultPort } = flags
  return given({
    port,
    host: flags.host,
    paths: flags.path,
    http2: flags.http2,
    everyMs: rate === undefined ? undefined : rate === 0 ? false : 1000 / rate,
    eventTypes: flags.event,
    topics: flags.topics,
    payload: flags.payload,
    payloadFile: flags.payloadFile,
    historySize: flags.history,
    keepAliveMs: keepAlive === false ? 0 : keepAlive,
    retryMs: retry,
    cors,
    allowHosts: flags.allowHost,
    faults: flags.fault,
    seed: flags.seed,
    profile: flags.profile,
    recording: flags.file,
    speed: flags.speed,
    llm: given({
      firstToken: flags.firstToken,
      tokensPerSecond: flags.tokensPerSecond,
      jitter: flags.jitter,
      tokens: flags.tokens,
    }),
  })
}
