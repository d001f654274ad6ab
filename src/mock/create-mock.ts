/** A stream to develop and measure against: good, or bad on purpose. */
import { randomBytes } from 'node:crypto'
import { createFaultPlan, type FaultPlan } from '../faults/index.js'
import { createRandom } from '../faults/random.js'
import { type Channel, type Connections, createChannel, createMonitor } from '../server/index.js'
import type { MockOptions } from './options.js'
import { createOrigins } from './origins.js'
import { createPayloadSource } from './payload-source.js'
import { createProfile } from './profiles.js'
import { createPublisher } from './publisher.js'
import { createRouter } from './router.js'
import { settleMock } from './settle-mock.js'
import { startServer } from './start-server.js'
import { createStreamOpener } from './stream-opener.js'

/** A running mock. */
export interface Mock {
  /** Such as `http://127.0.0.1:4000`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** The paths of the stream. */
  readonly paths: readonly string[]
  /** What `POST /faults` wants to see. */
  readonly token: string
  /** Where the events are published; more can be broadcast. */
  readonly channel: Channel
  /** The faults that are on; they can be switched while the mock runs. */
  readonly faults: FaultPlan
  /** The `seq` of the latest event. */
  readonly published: number
  /** How many clients there are, by channel and topic, as `GET /connections` tells. */
  connections(): Connections
  /** Stops publishing. Streams stay open. */
  pause(): void
  /** Publishes again, one interval from now. */
  resume(): void
  /** Ends all streams and connections and stops listening. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a mock.
 *
 * @throws SseCoordError `port-in-use` when the port is taken, `bad-option` when it cannot be listened on, a fault or a
 * payload cannot be read, or an option makes no sense; `bad-recording` when the recording cannot be read.
 */
export async function createMock(options: MockOptions = {}): Promise<Mock> {
  const settings = settleMock(options)
  const { host, historySize } = settings
  const origins = createOrigins({ ...options, host })
  const faults = createFaultPlan({
    faults: options.faults ?? [],
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  const publishes = settings.profile === 'stream' && settings.recording === undefined
  const random = createRandom(faults.seed)
  const channel: Channel = createChannel({ history: { size: historySize }, serializer: toText })
  const payloads = createPayloadSource(settings)
  const publisher = createPublisher({ ...settings, payloads, channel, random })
  const token = randomBytes(12).toString('base64url')
  const opener = createStreamOpener(faults)
  const profile = await createProfile({ settings, channel, payloads, opener, origins, random })
  const monitor = createMonitor({ channels: { events: channel }, stores: profile.stores ?? {} })
  const router = createRouter({ settings, origins, channel, publisher, monitor, faults, token, profile })

  const server = await startServer({
    ...settings,
    onRequest: (request, response) => void router(request, response),
    refusesConnection: (address) => faults.refusesConnection(address),
  })
  if (publishes) publisher.resume()
  let closing: Promise<void> | undefined

  async function end(): Promise<void> {
    publisher.pause()
    const closed = Promise.all([channel.close(), profile.close()])
    // What the streams still had to say is with the network by then; a client that does not read is not waited for.
    await new Promise((resolve) => setImmediate(resolve))
    await server.close()
    await closed
  }

  function close(): Promise<void> {
    closing ??= end()
    return closing
  }

  return {
    url: server.url,
    port: server.port,
    paths: settings.paths,
    token,
    channel,
    faults,
    get published() {
      return publisher.published
    },
    connections: () => monitor.connections(),
    pause: () => publisher.pause(),
    resume() {
      if (!closing && publishes) publisher.resume()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Text as it is, all else as JSON: what is sent is what the page sees. */
function toText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data)
}
