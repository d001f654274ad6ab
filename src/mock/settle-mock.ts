/** What a mock was asked for: whether there is such a thing, and the same with every default filled in. */
import { gitBashHint } from '../config/git-bash.js'
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { toMs } from '../config/quantities.js'
import { SseCoordError } from '../error.js'
import { settle } from '../server/session-options.js'
import type { LlmOptions, MockOptions, MockProfile, RequestHandler } from './options.js'

/** The language model's pace, settled. */
export interface LlmSettings {
  firstTokenMs: number
  msPerToken: number
  jitterMs: number
  tokens: number | undefined
}

/** The same, settled. */
export interface MockSettings {
  host: string
  port: number
  paths: readonly string[]
  http2: boolean
  everyMs: number | false
  eventTypes: readonly string[]
  topics: readonly string[]
  payloads: readonly string[]
  payloadFile: string | undefined
  historySize: number
  keepAliveMs: number
  retryMs: number | readonly [number, number] | false
  profile: MockProfile
  recording: string | undefined
  speed: number
  llm: LlmSettings
  routes: Record<string, RequestHandler>
  onNote: (line: string) => void
}

const knownMockOptions: KnownOptions<MockOptions> = {
  host: 'text',
  port: 'number',
  paths: 'texts',
  http2: 'boolean',
  everyMs: true,
  eventTypes: 'texts',
  topics: 'texts',
  payload: true,
  payloadFile: 'text',
  historySize: 'number',
  keepAliveMs: 'number',
  retryMs: true,
  cors: true,
  allowHosts: 'texts',
  faults: 'texts',
  seed: true,
  profile: true,
  recording: 'text',
  speed: 'number',
  llm: 'object',
  routes: 'object',
  onNote: 'function',
}

const knownLlmOptions: KnownOptions<LlmOptions> = {
  firstToken: true,
  tokensPerSecond: true,
  jitter: true,
  tokens: true,
}

const pathsOf: Record<MockProfile, readonly string[]> = {
  stream: ['/events'],
  llm: ['/v1/chat/completions', '/v1/messages', '/events'],
  mcp: ['/mcp'],
}

/** Paths that the mock answers itself. */
export const ownPaths: readonly string[] = ['/', '/ping', '/publish', '/connections', '/faults']

/** @throws SseCoordError `bad-option` for an option that there is none of, or that makes no sense. */
export function settleMock(options: MockOptions): MockSettings {
  expectKnownOptions('createMock', options, knownMockOptions)
  const { everyMs = 1000, profile = 'stream', speed = 1, payload = [], retryMs = [2000, 5000] } = options
  const { keepAliveMs = 15_000, seed } = options
  settle({ keepAlive: keepAliveMs, retry: retryMs }) // says now what is wrong, and not to each client
  if (everyMs !== false && !(everyMs > 0 && everyMs <= 2 ** 31 - 1)) {
    throw badOption(`everyMs is a number of milliseconds above zero, not ${everyMs}`)
  }
  if (!Object.hasOwn(pathsOf, profile)) throw badOption(`profile is ${Object.keys(pathsOf).join(', ')}, not ${profile}`)
  const paths = options.paths ?? pathsOf[profile]
  for (const path of paths) {
    if (!/^\/[^?#\s]*$/.test(path)) {
      throw badOption(`a path of the stream begins with / and has no query, unlike “${path}”`, gitBashHint(path))
    }
    if (ownPaths.includes(path)) throw badOption(`${path} is the mock’s own and cannot be the stream’s path`)
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw badOption(`seed is a whole number, not ${seed}`)
  if (paths.length === 0) throw badOption('the stream needs at least one path, such as /events')
  if (!(speed > 0 && speed <= 1_000_000)) throw badOption(`speed is a number above zero, not ${speed}`)
  if (options.recording !== undefined && options.profile !== undefined) {
    throw badOption('a recording has its own shape: leave the profile out')
  }
  if (options.payloadFile !== undefined && options.payload !== undefined) {
    throw badOption('the data comes from payload or from payloadFile, not from both')
  }
  for (const type of options.eventTypes ?? []) {
    if (/[\r\n]/.test(type)) throw badOption('an event type is one line')
  }
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    paths,
    http2: options.http2 ?? false,
    everyMs,
    eventTypes: options.eventTypes?.length ? options.eventTypes : ['message'],
    topics: options.topics ?? [],
    payloadFile: options.payloadFile,
    payloads: typeof payload === 'string' ? [payload] : payload,
    historySize: options.historySize ?? 500,
    keepAliveMs,
    retryMs,
    profile,
    recording: options.recording,
    speed,
    llm: settleLlm(options.llm ?? {}),
    routes: options.routes ?? {},
    onNote: options.onNote ?? (() => {}),
  }
}

function settleLlm(options: LlmOptions): LlmSettings {
  expectKnownOptions('llm', options, knownLlmOptions)
  const { firstToken = 400, tokensPerSecond = 40, jitter = 10, tokens } = options
  if (!(tokensPerSecond > 0 && tokensPerSecond <= 100_000)) {
    throw badOption(`tokensPerSecond is a number above zero, up to 100000, not ${tokensPerSecond}`)
  }
  if (tokens !== undefined && !(Number.isInteger(tokens) && tokens >= 1 && tokens <= 100_000)) {
    throw badOption(`tokens is a whole number from 1 to 100000, not ${tokens}`)
  }
  return {
    firstTokenMs: toMs('firstToken', firstToken),
    msPerToken: 1000 / tokensPerSecond,
    jitterMs: toMs('jitter', jitter),
    tokens,
  }
}

function badOption(words: string, more: { hint?: string } = {}): SseCoordError {
  return new SseCoordError('bad-option', words, more)
}
