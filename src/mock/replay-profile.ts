/** The `replay` profile: a recording in place of the mock's own events, resumed after the id that a client names. */
import { setTimeout as wait } from 'node:timers/promises'
import { createReplayStory, play, type Recording, type Replay } from '../recording/index.js'
import { lastEventIdFrom } from '../server/stream-head.js'
import type { Profile } from './profile.js'
import type { FaultedResponse } from './sink-outlet.js'
import type { StreamOpener } from './stream-opener.js'

/** What is replayed. */
export interface ReplayProfileOptions {
  recording: Recording
  /** How many times as fast. Default: 1. */
  speed?: number | undefined
  opener: Pick<StreamOpener, 'openSink'>
}

/** Makes the profile. The faults that are on act on top of what was recorded. */
export function createReplayProfile({ recording, speed = 1, opener }: ReplayProfileOptions): Profile {
  const story = createReplayStory(recording, { speed })
  const open = new Set<AbortController>()
  return {
    methods: ['GET', 'HEAD', 'POST'],
    async answer(request, response) {
      request.resume() // a body changes nothing
      const gone = new AbortController()
      open.add(gone)
      response.once('close', () => {
        open.delete(gone)
        gone.abort()
      })
      let relieve = (): void => {}
      const opened = opener.openSink(request, response, () => relieve())
      if (!opened) return
      const asked = lastEventIdFrom(String(request.headers['last-event-id'] ?? ''), request.url)
      const relief = () =>
        new Promise<void>((resolve) => {
          relieve = resolve
          gone.signal.addEventListener('abort', () => resolve(), { once: true })
        })
      await perform(story.next(asked), opened, { signal: gone.signal, relief, isHead: request.method === 'HEAD' })
    },
    async close() {
      for (const one of open) one.abort()
    },
  }
}

async function perform(
  replay: Replay,
  { sink, isFree, headers: own }: FaultedResponse,
  { signal, relief, isHead }: { signal: AbortSignal; relief: () => Promise<void>; isHead: boolean },
): Promise<void> {
  const { head, headAtMs } = replay
  await wait(headAtMs, undefined, { signal }).catch(() => {})
  if (signal.aborted) return
  if (head) {
    // Whose pages may read is for this server to say; the recorded one spoke of another origin.
    const recorded = head.headers.filter(([name]) => !/^access-control-/i.test(name))
    sink.head({ status: head.status, headers: [...own, ...recorded] })
    if (isHead) return sink.end()
  }
  for await (const step of play(replay, { signal })) {
    if ('bytes' in step) {
      sink.write(Buffer.from(step.bytes))
      if (!isFree()) await relief()
    } else if ('end' in step) sink.end()
    else if (step.fault === 'cut') sink.cut()
    else if (step.fault === 'reset') sink.reset()
  }
}
