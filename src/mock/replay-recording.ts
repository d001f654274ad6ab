/** Plays a recording to whoever comes: the bytes as they came and when, with what broke, each client from where it stands. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { play, type Replay } from '../recording/index.js'
import { lastEventIdFrom } from '../server/stream-head.js'
import type { Profile } from './profile.js'
import type { RecordedStory } from './recorded-story.js'
import type { FaultedResponse } from './sink-outlet.js'
import type { StreamOpener } from './stream-opener.js'

/** What the profile stands on. */
export interface ReplayOptions {
  opener: StreamOpener
  story: RecordedStory
}

/** Told anew here, for the page that asks now. */
const isOwn = (name: string): boolean => /^(access-control-.*|vary)$/i.test(name)

/** Makes the profile. */
export function createRecordingProfile({ opener, story }: ReplayOptions): Profile {
  let clients = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume() // a recorded POST is answered as it was, whatever is asked
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    let relieve = (): void => {}
    const opened = opener.openSink(request, response, () => relieve())
    if (!opened) return
    const header = request.headers['last-event-id']
    const replay = await story.next(lastEventIdFrom(typeof header === 'string' ? header : undefined, request.url))
    const relief = (): Promise<void> =>
      new Promise((resolve) => {
        relieve = resolve
        if (gone.signal.aborted) resolve()
      })
    gone.signal.addEventListener('abort', () => relieve())
    clients += 1
    try {
      response.setTimeout(0)
      await perform(replay, opened, request.method === 'HEAD', gone.signal, relief)
      if (!gone.signal.aborted) await new Promise((resolve) => response.once('close', resolve))
    } finally {
      clients -= 1
    }
  }

  const counted = {
    topicCounts: {},
    get sessionCount() {
      return clients
    },
  }
  return {
    methods: ['GET', 'HEAD', 'POST'],
    stores: { recording: { entries: () => [['recording', counted]] } },
    answer,
    close: async () => {},
  }
}

/** One connection, from its head to its end, at the pace of the recording or, where that is slower, of the client. */
async function perform(
  replay: Replay,
  { sink, headers, isFree }: FaultedResponse,
  isHead: boolean,
  signal: AbortSignal,
  relief: () => Promise<void>,
): Promise<void> {
  const { head, headAtMs } = replay
  for await (const _ of play({ steps: [{ atMs: headAtMs, end: true }] }, { signal })) {
    if (head) {
      sink.head({ status: head.status, headers: [...headers, ...head.headers.filter(([name]) => !isOwn(name))] })
    }
  }
  if (signal.aborted) return
  if (isHead) return sink.end()
  for await (const step of play(replay, { signal })) {
    if ('bytes' in step) {
      sink.write(Buffer.from(step.bytes))
      if (!isFree()) await relief()
    } else if ('end' in step) sink.end()
    else if (step.fault !== 'black-hole') sink[step.fault]()
  }
}
