/** Starts what `sse-coord proxy` was asked for, and ends it again. */
import { SseCoordError } from '../../error.js'
import type { Dashboard, Proxy as DevProxy, HarLog, Injection, StreamRecording } from '../../index.js'
import type { Api } from '../context.js'
import { given } from '../options/given.js'
import { withScheme } from '../options/stream-url.js'

/** The flags as commander hands them over, their values read. */
export interface ProxyFlags {
  forward?: boolean
  allowHost?: string[]
  port?: number
  host?: string
  http2?: boolean
  fault?: string[]
  seed?: number
  listFaults?: boolean
  emulateLimit?: number
  inject?: 'coordinator'
  maxBody?: number
  dashboardPort?: number
  /** True by commander's rule for `--no-…`; only false was asked for. */
  dashboard: boolean
  har?: string
  record?: string
  json?: boolean
  color?: boolean
}

/** What was started, in the order in which it was. */
export interface Running {
  proxy: DevProxy
  injection: Injection
  har: HarLog
  recording: StreamRecording | null
  dashboard: Dashboard | null
}

const defaultPort = 8080
const defaultDashboardPort = 8081
/** A HAR file is to hold more of the streams than the dashboard shows. */
const harCaptureBytes = 64 * 1024 * 1024

/** Starts the proxy and what belongs to it; ends again what was started when a later part cannot. */
export async function startProxy(
  api: Api,
  target: string | undefined,
  flags: ProxyFlags,
  onNote: (line: string) => void,
): Promise<Running> {
  const { forward, allowHost, port = defaultPort, host, http2, fault, seed, emulateLimit, maxBody } = flags
  const proxy = await api.createProxy({
    ...(target === undefined ? {} : { target: withScheme(target) }),
    ...given({ forward, allowHosts: allowHost, host, http2, faults: fault, seed, emulateLimit }),
    ...(flags.har === undefined ? {} : { captureBytes: harCaptureBytes }),
    port,
  })
  try {
    const injection = await api.injectCoordinator(proxy, { on: flags.inject !== undefined, ...given({ maxBody }) })
    const har = api.createHarLog(proxy)
    const recording = flags.record === undefined ? null : await api.recordStreams(proxy, { to: flags.record, onNote })
    const dashboard = flags.dashboard ? await startDashboard(api, { proxy, injection, har }, flags.dashboardPort) : null
    return { proxy, injection, har, recording, dashboard }
  } catch (error) {
    await proxy.close()
    throw error
  }
}

/** On the port that was asked for, else on the usual one, or on any if that is taken. */
async function startDashboard(
  api: Api,
  { proxy, injection, har }: Pick<Running, 'proxy' | 'injection' | 'har'>,
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

/** Ends it all; resolves when nothing is left. */
export async function stopProxy({ proxy, injection, har, recording, dashboard }: Running): Promise<void> {
  har.close()
  await recording?.close()
  injection.close()
  await Promise.all([dashboard?.close(), proxy.close()])
}

/** What runs where, a line for each. */
export function headingOf({ proxy, dashboard }: Running, redactUrl: (url: string) => string): string[] {
  const way =
    proxy.target === null
      ? `forward proxy at ${proxy.url}`
      : `${proxy.url} → ${redactUrl(proxy.target).replace(/\/$/, '')}`
  return [way, ...(dashboard ? [`dashboard ${dashboard.url}`] : [])]
}

/** The same for programs. */
export function startOf({ proxy, dashboard }: Running): object {
  return {
    type: 'started',
    url: proxy.url,
    target: proxy.target,
    dashboard: dashboard?.url ?? null,
    seed: proxy.faults.seed,
  }
}
