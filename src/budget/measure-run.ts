/** Runs the team’s own command behind a proxy, and writes down what its browsers held. */
import { runStep } from '../doctor/index.js'
import { SseCoordError } from '../error.js'
import { connectionsPerOrigin } from '../evidence/ledger.js'
import { redactUrl } from '../evidence/redact.js'
import type { OriginUse } from '../evidence/report.js'
import { createProxy, type Proxy as DevProxy } from '../proxy/index.js'
import { ownersAt } from './browser-owners.js'
import { startChild } from './child.js'
import type { Figure } from './figure.js'
import type { CheckPlan } from './plan.js'
import { runFigures } from './run-figures.js'
import { type BrowserWatch, watchBrowsers } from './watch-browsers.js'
import { type LedgerWatch, type SeenOrigin, watchLedger } from './watch-ledger.js'

export interface RunResult {
  /** Of the command; null where it was cut short. */
  exitCode: number | null
  figures: Figure[]
  origins: OriginUse[]
  targets: string[]
}

/** One proxy, and who watches it. */
interface Listener {
  proxy: DevProxy
  /** Answers that came from the app itself. */
  answers(): number
  watch: LedgerWatch
  browsers: BrowserWatch
}

/**
 * @param onResult hears the result, also when the run is cut short or the command failed
 * @throws SseCoordError `no-traffic` where the command ended well and nothing passed, or the app answered nothing. Rejects
 * with `signal.reason` when that aborts.
 */
export async function measureRun(plan: CheckPlan, onResult: (result: RunResult) => void): Promise<void> {
  const { settings, listeners: amount, signal } = plan
  const target = settings.target ?? settings.start?.url ?? null
  const forward = settings.forward ?? false
  const listeners: Listener[] = []
  let exitCode: number | null = null
  try {
    for (let index = 0; index < amount; index++) listeners.push(await listen(forward ? null : target))
    exitCode = await runCommand(plan, variablesFor(listeners, forward))
  } finally {
    const seen = (await Promise.all(listeners.map(seenBy))).flat()
    const named = forward ? null : target === null ? null : new URL(target).origin
    onResult({ exitCode, ...runFigures(seen, named) })
    for (const { watch, browsers } of listeners) {
      watch.close()
      browsers.close()
    }
    await Promise.all(listeners.map(({ proxy }) => proxy.close()))
  }
  signal.throwIfAborted()
  const requests = listeners.reduce((sum, { watch }) => sum + watch.requests(), 0)
  if (exitCode !== 0) return
  if (requests === 0) throw noTraffic(settings.run ?? '', forward)
  // What passes a proxy server inside a tunnel, nobody sees.
  if (!forward && target !== null && listeners.every(({ answers }) => answers() === 0)) throw noAnswer(target, requests)
}

async function listen(target: string | null): Promise<Listener> {
  const proxy = await createProxy(target === null ? { forward: true } : { target })
  let answers = 0
  proxy.watchExchanges(() => ({
    head: () => void answers++,
    close: () => {},
  }))
  return {
    proxy,
    answers: () => answers,
    watch: watchLedger(proxy.ledger),
    browsers: watchBrowsers(proxy.ledger, ownersAt(proxy.port)),
  }
}

/** What passed one proxy, and how many browsers it was at the same time. */
async function seenBy({ watch, browsers }: Listener): Promise<SeenOrigin[]> {
  const peaks = watch.peaks()
  // One browser never holds more than six connections to an origin.
  const isCrowded = peaks.some(({ sockets, streams }) => Math.max(sockets, streams.length) > connectionsPerOrigin)
  const most = Math.max(await browsers.most(), isCrowded ? 2 : 1)
  return peaks.map((peak) => ({ peak, browsers: most }))
}

/** `SSE_COORD_URL` is the first; with several each has its number as well, from 0. */
function variablesFor(listeners: readonly Listener[], forward: boolean): Record<string, string> {
  const name = forward ? 'SSE_COORD_PROXY' : 'SSE_COORD_URL'
  const first = listeners[0]?.proxy.url ?? ''
  const numbered = listeners.map(({ proxy }, index) => [`${name}_${index}`, proxy.url])
  return { [name]: first, ...(listeners.length > 1 && Object.fromEntries(numbered)) }
}

async function runCommand(plan: CheckPlan, variables: Record<string, string>): Promise<number> {
  const { settings, folder, env, signal, onOutput, onProgress } = plan
  const command = settings.run ?? ''
  return runStep(onProgress, {
    id: 'run',
    title: command,
    plannedMs: 0,
    run: async () => {
      await using child = await startChild({ command, cwd: folder, env: { ...env, ...variables }, onOutput })
      return await Promise.race([child.ended, aborted(signal)])
    },
    outcome: (code) => `exit code ${code}`,
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function noAnswer(target: string, requests: number): SseCoordError {
  const asked = requests === 1 ? 'the one request' : `any of the ${requests} requests`
  return new SseCoordError(
    'no-traffic',
    `${redactUrl(target)} did not answer ${asked} that passed the proxy, so there is nothing to judge.`,
    { hint: 'Start the app first, and check the address in --target.' },
  )
}

function noTraffic(command: string, forward: boolean): SseCoordError {
  const remedy = forward
    ? 'Give the browser of your suite the proxy server in SSE_COORD_PROXY, and let it not bypass it for localhost:\n' +
      "  launch({ proxy: { server: process.env.SSE_COORD_PROXY, bypass: '<-loopback>' } })        (Playwright)\n" +
      "  args: ['--proxy-server=' + process.env.SSE_COORD_PROXY, '--proxy-bypass-list=<-loopback>'] (Chromium)"
    : 'Let your suite open the address in SSE_COORD_URL in place of that of the app:\n' +
      "  use: { baseURL: process.env.SSE_COORD_URL ?? 'http://localhost:3000' }                    (Playwright)\n" +
      'Setting HTTP_PROXY is not enough: browsers ignore it for localhost.'
  return new SseCoordError('no-traffic', `Nothing of '${command}' passed the proxy, so there is nothing to judge.`, {
    hint: remedy,
  })
}
