/** `--inject coordinator`: `EventSource` becomes `SharedEventSource` in an app that knows nothing of it. */
import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Size, toBytes } from '../../config/quantities.js'
import type { StreamSnapshot } from '../../evidence/ledger.js'
import type { ResponseHead } from '../../faults/index.js'
import { epochNow } from '../clock.js'
import type { Rewrite } from '../interceptor.js'
import type { LedgerEvents } from '../ledger-events.js'
import type { Proxy as DevProxy } from '../proxy.js'
import { addressOf, pageOf } from './address-of.js'
import { Comparison } from './comparison.js'
import { askForWhole, asksForDocument } from './document-request.js'
import type { InjectionFailure, InjectionFailureReason } from './failure.js'
import type { InjectionSnapshot } from './injection-snapshot.js'
import { isDocument, rewriteDocument } from './rewrite-document.js'
import { loadScript, type ServedScript, scriptPath } from './served-script.js'

/** Options of `injectCoordinator`. */
export interface InjectionOptions {
  /** Whether it begins at once. Off, it only counts what pages need without it. Default: true. */
  on?: boolean
  /** The largest document that is changed; larger ones pass as they are. Default: 5 MiB. */
  maxBody?: Size
}

/** Event names and their arguments, for `injection.on(…)`. */
export interface InjectionEvents {
  /** A document went out with the coordinator. */
  injected: [{ page: string; at: number }]
  /** A page keeps its own EventSource. */
  'injection-failed': [InjectionFailure]
  /** It was switched on or off. */
  switched: [{ on: boolean; at: number }]
}

const keptFailures = 50
const keptNames = 1000

/**
 * Puts the coordinator into the pages that pass a proxy.
 *
 * @throws SseCoordError `bad-option` when `maxBody` is no size.
 */
export async function injectCoordinator(proxy: DevProxy, options: InjectionOptions = {}): Promise<Injection> {
  const maxBody = toBytes('maxBody', options.maxBody ?? '5MiB')
  return new Injection(proxy, await loadScript(), options.on ?? true, maxBody)
}

/** The injection of one proxy; made by `injectCoordinator`. */
export class Injection extends EventEmitter<InjectionEvents> {
  readonly #script: ServedScript
  readonly #maxBody: number
  readonly #comparison: Comparison
  readonly #failures = new Map<string, InjectionFailure>()
  /** Pages and origins that have got a document with the script since it was switched on. */
  readonly #injected = new Set<string>()
  /** Origins at which a browser has asked for a service worker. */
  readonly #workers = new Set<string>()
  readonly #leave: (() => void)[]
  #isOn: boolean

  constructor(proxy: DevProxy, script: ServedScript, isOn: boolean, maxBody: number) {
    super()
    this.#script = script
    this.#maxBody = maxBody
    this.#isOn = isOn
    this.#comparison = new Comparison(isOn ? 'shared' : 'plain')
    this.#leave = [
      proxy.intercept({
        answer: (request, response) => this.#answer(request, response),
        prepare: (request) => this.#prepare(request),
        rewrite: (request, head) => this.#rewrite(request, head),
      }),
      listen(proxy, 'request-started', (event) => this.#comparison.requestStarted(event)),
      listen(proxy, 'request-finished', (event) => this.#comparison.requestFinished(event)),
      listen(proxy, 'stream-opened', (stream) => this.#streamOpened(stream)),
      listen(proxy, 'stream-closed', (stream) => this.#comparison.streamClosed(stream)),
    ]
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** Switches it on or off for documents that come from now on. Tabs that are open stay as they are until reloaded. */
  switch(on: boolean): void {
    if (on === this.#isOn) return
    this.#isOn = on
    this.#comparison.choose(on ? 'shared' : 'plain')
    this.#injected.clear()
    this.#failures.clear()
    this.emit('switched', { on, at: epochNow() })
  }

  snapshot(): InjectionSnapshot {
    return { isOn: this.#isOn, origins: this.#comparison.read(), failures: [...this.#failures.values()] }
  }

  /** Lets documents pass as they are, and counts no more. */
  close(): void {
    for (const leave of this.#leave) leave()
  }

  #answer(request: IncomingMessage, response: ServerResponse): boolean {
    const address = addressOf(request)
    if (address?.pathname !== scriptPath) return false
    this.#script.send(request, response)
    if (this.#isOn) this.#comparison.coordinator(request.headers.referer ?? null, address.origin)
    return true
  }

  #prepare(request: IncomingMessage): void {
    if (request.headers['service-worker'] === 'script') {
      const address = addressOf(request)
      if (address) remember(this.#workers, address.origin)
    }
    if (this.#isOn && asksForDocument(request)) askForWhole(request)
  }

  #rewrite(request: IncomingMessage, head: ResponseHead): Rewrite | null {
    if (!asksForDocument(request) || !isDocument(head)) return null
    const address = addressOf(request)
    if (!address) return null
    this.#comparison.document(address)
    if (!this.#isOn) return null
    const page = pageOf(address) ?? address.origin
    return rewriteDocument(head, {
      script: new URL(scriptPath, address),
      maxBody: this.#maxBody,
      onInserted: () => {
        remember(this.#injected, page)
        remember(this.#injected, address.origin)
        this.emit('injected', { page, at: epochNow() })
      },
      onFailed: ({ reason, text }) => {
        // The document did come through; that it is as it was is said here, and not once more with each of its streams.
        remember(this.#injected, page)
        this.#fail(page, reason, text)
      },
    })
  }

  /**
   * An app may change its address by itself, so a stream from an unknown page is only spoken of where a service worker is
   * known to be about, or where no document of the origin has come through at all.
   */
  #streamOpened(stream: StreamSnapshot): void {
    this.#comparison.streamOpened(stream)
    const page = pageOf(stream.page)
    if (!this.#isOn || page === null || this.#injected.has(page)) return
    const { origin } = new URL(page)
    if (this.#workers.has(origin)) {
      this.#fail(
        page,
        'service-worker',
        'It opened a stream, but its document did not come through the proxy. The origin has a service worker, which serves documents from its cache: unregister it, or reload with the Shift key.',
      )
    } else if (!this.#injected.has(origin)) {
      this.#fail(
        page,
        'not-seen',
        'It opened a stream, but its document has not come through since injection is on. Reload its tab; if that does not help, the cache of the browser or a service worker has it.',
      )
    }
  }

  #fail(page: string, reason: InjectionFailureReason, text: string): void {
    const key = `${reason} ${page}`
    const failure = { page, reason, text, at: epochNow(), count: (this.#failures.get(key)?.count ?? 0) + 1 }
    this.#failures.delete(key)
    this.#failures.set(key, failure)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > keptFailures && oldest !== undefined) this.#failures.delete(oldest)
    this.emit('injection-failed', failure)
  }
}

/** Listens to the ledger; returns how to end it. */
function listen<Name extends keyof LedgerEvents>(
  { ledger }: DevProxy,
  name: Name,
  listener: (...event: LedgerEvents[Name]) => void,
): () => void {
  ledger.on(name, listener as never)
  return () => void ledger.off(name, listener as never)
}

/** Within a bound, as a client may name any page and host. */
function remember(names: Set<string>, name: string): void {
  if (names.size >= keptNames) names.clear()
  names.add(name)
}
