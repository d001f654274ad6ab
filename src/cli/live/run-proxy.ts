/** Runs `sse-coord proxy` from its first line to its summary. */
import { SseCoordError } from '../../error.js'
import type { Dashboard, Proxy as DevProxy, HarLog, Injection } from '../../index.js'
import { createPen } from '../../report/index.js'
import type { Api, Context } from '../context.js'
import { canRedraw, showsUnicode, wantsColor } from '../terminal.js'
import { untilInterrupted } from '../until-interrupted.js'
import { expectWritable, writeWhole } from '../write-file.js'
import { canReadKeys, type Key, readKeys } from './keys.js'
import { createJsonWriter } from './proxy-json.js'
import { createProxyKeys } from './proxy-keys.js'
import { summarize } from './proxy-summary.js'
import { drawProxy, listProxy, type ProxyView, streamProxy } from './show-proxy.js'

/** The flags as commander hands them over, their values read. */
export interface ProxyFlags {
  forward?: boolean
  allowHost?: string[]
  port?: number
  host?: string
  http2?: boolean
  fault?: string[]
  seed?: number
  emulateLimit?: number
  inject?: 'coordinator'
  maxBody?: number
  dashboardPort?: number
  /** True by commander's rule for `--no-…`; only false was asked for. */
  dashboard: boolean
  har?: string
  json?: boolean
  color?: boolean
}

/** What was started, in the order in which it was. */
interface Running {
  proxy: DevProxy
  injection: Injection
  har: HarLog
  dashboard: Dashboard | null
}

const defaultPort = 8080
const defaultDashboardPort = 8081
/** A HAR file is to hold more of the streams than the dashboard shows. */
const harCaptureBytes = 64 * 1024 * 1024

/** Resolves with the exit code: 0 after the key q, 130 after Ctrl-C. */
export async function runProxy(target: string | undefined, flags: ProxyFlags, context: Context): Promise<number> {
  const { process } = context
  const { env, stdout, stderr } = process
  if (target === undefined && !flags.forward) {
    throw new SseCoordError('bad-option', 'proxy needs the address of your app, or --forward.', {
      hint: 'As in: sse-coord proxy http://localhost:3000',
    })
  }
  if (flags.har !== undefined) await expectWritable(flags.har)
  const api = await context.loadApi()
  const { redactUrl } = api
  const running = await start(api, target, flags)
  const { proxy, injection } = running

  const unicode = showsUnicode(env, process.platform)
  const pen = createPen({ color: wantsColor(flags.color, env, stdout), unicode })
  const heading = headingOf(running, redactUrl)
  const writeJson = createJsonWriter((line) => void stdout.write(`${line}\n`), redactUrl)
  const isDrawn = !flags.json && canRedraw(env, stdout)
  let end = (_how: 'quit' | 'interrupt'): void => {}
  const ended = new Promise<'quit' | 'interrupt'>((resolve) => {
    end = resolve
  })
  const keys = createProxyKeys({ proxy, injection, note: (line) => view.note(line), end: (how) => end(how) })
  const onKey = (key: Key): void => {
    keys.press(key)
    view.refresh()
  }
  const hasKeys = isDrawn && canReadKeys(process)
  const view: ProxyView = flags.json
    ? streamProxy(writeJson, stderr, pen, proxy)
    : isDrawn
      ? drawProxy(
          stdout,
          pen,
          () => proxy.ledger.snapshot(),
          () => ({ heading, hasKeys, redactUrl, ...keys.state() }),
        )
      : listProxy(stdout, pen, proxy, redactUrl)
  const input = hasKeys ? readKeys(process, onKey) : { close() {} }
  process.on('exit', view.close)
  if (flags.json) writeJson(startOf(running))
  else if (!isDrawn) view.note(heading)
  void proxy.reachTarget().then((reason) => reason !== null && view.note(`! ${reason} It may start later.`))

  let how: 'quit' | 'interrupt' = 'interrupt'
  void ended.then((given) => {
    how = given
  })
  const wasInterrupted = await untilInterrupted(context, { close: finish }, { ended })
  process.off('exit', view.close)
  return wasInterrupted || how === 'interrupt' ? 130 : 0

  async function finish(): Promise<void> {
    input.close()
    view.close()
    const snapshot = proxy.ledger.snapshot()
    const har = flags.har === undefined ? undefined : JSON.stringify(running.har.read(), null, 1)
    if (flags.json) writeJson({ type: 'ended', snapshot })
    else for (const line of summarize(snapshot, proxy.ledger.streams(), redactUrl)) stdout.write(`${pen.text(line)}\n`)
    await stop(running)
    if (flags.har === undefined || har === undefined) return
    await writeWhole(flags.har, har)
    if (!flags.json) stdout.write(`${pen.text(`HAR written to ${flags.har}`)}\n`)
  }
}

/** Starts the proxy and what belongs to it; ends again what was started when a later part cannot. */
async function start(api: Api, target: string | undefined, flags: ProxyFlags): Promise<Running> {
  const { forward, allowHost, port = defaultPort, host, http2, fault, seed, emulateLimit, maxBody } = flags
  const proxy = await api.createProxy({
    ...(target === undefined ? {} : { target }),
    ...given({ forward, allowHosts: allowHost, host, http2, faults: fault, seed, emulateLimit }),
    ...(flags.har === undefined ? {} : { captureBytes: harCaptureBytes }),
    port,
  })
  try {
    const injection = await api.injectCoordinator(proxy, { on: flags.inject !== undefined, ...given({ maxBody }) })
    const har = api.createHarLog(proxy)
    const dashboard = flags.dashboard ? await startDashboard(api, { proxy, injection, har }, flags.dashboardPort) : null
    return { proxy, injection, har, dashboard }
  } catch (error) {
    await proxy.close()
    throw error
  }
}

/** On the port that was asked for, else on the usual one, or on any if that is taken. */
async function startDashboard(
  api: Api,
  { proxy, injection, har }: Omit<Running, 'dashboard'>,
  port?: number,
): Promise<Dashboard> {
  const options = { injection, har: () => har.read() }
  try {
    return await api.createDashboard(proxy, { ...options, port: port ?? defaultDashboardPort })
  } catch (error) {
    if (port !== undefined || !(error instanceof SseCoordError && error.code === 'port-in-use')) throw error
    return api.createDashboard(proxy, options)
  }
}

async function stop({ proxy, injection, har, dashboard }: Running): Promise<void> {
  har.close()
  injection.close()
  await Promise.all([dashboard?.close(), proxy.close()])
}

function headingOf({ proxy, dashboard }: Running, redactUrl: (url: string) => string): string {
  const way =
    proxy.target === null
      ? `forward proxy at ${proxy.url}`
      : `${proxy.url} → ${redactUrl(proxy.target).replace(/\/$/, '')}`
  return dashboard ? `${way}   dashboard ${dashboard.url}` : way
}

function startOf({ proxy, dashboard }: Running): object {
  return {
    type: 'started',
    url: proxy.url,
    target: proxy.target,
    dashboard: dashboard?.url ?? null,
    seed: proxy.faults.seed,
  }
}

/** Only what was asked for: everything else keeps the default of the API. */
function given<Options extends object>(
  options: Options,
): { [Name in keyof Options]: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
