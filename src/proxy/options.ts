/** What `createProxy` takes, and the checks of it. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { SseCoordError } from '../error.js'
import type { Listening } from './address-rule.js'
import { readTarget, refuseItself } from './target.js'

/** What `createProxy` takes. Either `target` or `forward` is needed. */
export interface ProxyOptions {
  /** Reverse mode: the app behind the proxy, an http or https URL. A path in it comes before every requested path. */
  target?: string | URL
  /** Forward mode: a browser's `--proxy-server`, for requests in absolute form, CONNECT and WebSockets. Default: false. */
  forward?: boolean
  /**
   * Reverse mode: takes HTTP/2 (and HTTP/1.1) over TLS, with a certificate signed by itself. Shows all requests that a
   * page makes, and how many would have waited over HTTP/1.1. Default: false.
   */
  http2?: boolean
  /**
   * Forward mode: names that may be reached though they are not on this machine; `*.example.com` means all below. With a
   * target that is off this machine, or whose URL holds a password: further names that may stand in `Host`, besides
   * addresses, `localhost` and the target's own. Default: none.
   */
  allowHosts?: readonly string[]
  /** The address to listen on. Default: `127.0.0.1`, this machine only. */
  host?: string
  /** The port to listen on. Default: 0, any free one. */
  port?: number
  /** At most so many requests at a time per client address and origin, as in a browser. Default: no limit. */
  emulateLimit?: number
  /** What goes wrong on purpose, as `NAME[:VALUE][@WHERE=N]`. Default: nothing. */
  faults?: readonly string[]
  /** Makes random faults repeat. Default: a random seed. */
  seed?: number
  /** At most so many client connections; more are closed at once. Default: 4096. */
  maxConnections?: number
  /**
   * A client that has not sent the whole header of a request after so many milliseconds is cut, and so is one that
   * sends nothing. Default: 14,000; looked at once a second.
   */
  headersTimeoutMs?: number
  /**
   * Bytes of streams that are remembered in all, for the dashboard and for HAR. For a moment it may be less than
   * twice that; the oldest go first. Default: 8 MiB. 0 remembers none.
   */
  captureBytes?: number
}

/** The options, each with its value. */
export interface Settings extends Required<Omit<ProxyOptions, 'target' | 'seed'>> {
  target: URL | undefined
  seed: number | undefined
}

const known: KnownOptions<ProxyOptions> = {
  target: 'url',
  forward: 'boolean',
  http2: 'boolean',
  allowHosts: 'texts',
  host: 'text',
  port: 'number',
  emulateLimit: 'number',
  faults: 'texts',
  seed: 'number',
  maxConnections: 'number',
  headersTimeoutMs: 'number',
  captureBytes: 'number',
}

const defaultCaptureBytes = 8 * 1024 * 1024

/**
 * Reads the options.
 *
 * @throws SseCoordError `bad-target` when the target is no http or https URL, or the proxy itself; `bad-option` when
 * there is no such option, or one makes no sense.
 */
export function readOptions(options: ProxyOptions): Settings {
  expectKnownOptions('createProxy', options, known)
  const settings: Settings = {
    forward: options.forward ?? false,
    target: options.target === undefined ? undefined : readTarget(options.target),
    http2: options.http2 ?? false,
    allowHosts: options.allowHosts ?? [],
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    emulateLimit: options.emulateLimit ?? Number.POSITIVE_INFINITY,
    faults: options.faults ?? [],
    seed: options.seed,
    maxConnections: options.maxConnections ?? 4096,
    headersTimeoutMs: options.headersTimeoutMs ?? 14_000,
    captureBytes: options.captureBytes ?? defaultCaptureBytes,
  }
  if (settings.forward === (settings.target !== undefined)) {
    throw new SseCoordError('bad-option', 'A proxy needs either a target or forward mode, not both.')
  }
  if (settings.http2 && settings.forward) {
    throw new SseCoordError('bad-option', 'HTTP/2 needs a target: a browser speaks HTTP/1.1 to a forward proxy.')
  }
  const { emulateLimit } = options
  if (emulateLimit !== undefined && !(Number.isInteger(emulateLimit) && emulateLimit > 0)) {
    throw new SseCoordError('bad-option', `emulateLimit must be a whole number above 0, not ${emulateLimit}.`)
  }
  if (settings.port !== 0) refuseOwnTarget(settings, settings)
  return settings
}

/** Refuses a target that is the proxy itself. @throws SseCoordError `bad-target` */
export function refuseOwnTarget({ target }: Settings, listening: Listening): void {
  if (target) refuseItself(target, listening)
}
