/** Reads one answer from its head to its end, and says whether a browser would come back. */
import { createDecoder, headerOf, type StreamAnswer } from '../client/index.js'
import { SseCoordError } from '../error.js'
import { roundMs } from '../evidence/round-ms.js'
import { count } from '../evidence/words.js'
import { describeHead, rounded } from './describe.js'
import type { Happening, StopReason } from './happening.js'
import { judgeHead } from './judge-head.js'
import type { FollowPlan } from './options.js'
import { readStream, type Story } from './read-stream.js'

/** An error page is read for so long, and so far. */
const refusedBodyMs = 1000
const refusedBodyBytes = 65_536

/** One answer, from its head to its end. Returns why there shall be no further one. */
export async function* readAnswer(
  answer: StreamAnswer,
  story: Story,
  { plan, connection, offsetMs }: { plan: FollowPlan; connection: number; offsetMs: number },
): AsyncGenerator<Happening, { reason: StopReason; message: string; hint: string | null } | undefined, undefined> {
  const at = (ms: number) => roundMs(offsetMs + ms)
  try {
    const { headersMs } = answer.times
    yield { kind: 'open', atMs: at(headersMs), connection, ...describeHead(answer) }
    const refusal = judgeHead(answer)
    if (refusal) {
      yield* readRefused(answer, connection, offsetMs)
      return refusal
    }
    const encoding = headerOf(answer.headers, 'content-encoding')
    const isReadable = createDecoder(encoding) !== undefined
    if (!isReadable) {
      return {
        reason: 'encoding',
        message: `The stream is encoded as ${encoding}, which cannot be read here.`,
        hint: null,
      }
    }
    let lastByteMs = at(headersMs)
    const { maxDataLength, watchQuiet } = plan
    for await (const happening of readStream(answer, story, { connection, offsetMs, maxDataLength, watchQuiet })) {
      lastByteMs = happening.atMs
      yield rounded(happening)
      if (story.events >= plan.count && happening.kind === 'event') {
        const message = `${count(story.events, 'event')} came, as many as ${story.events === 1 ? 'was' : 'were'} asked for.`
        return { reason: 'count', message, hint: null }
      }
    }
    const { kind: how, code, atMs, trailers } = await answer.ending
    const [ageMs, silentMs] = [roundMs(atMs - headersMs), roundMs(at(atMs) - lastByteMs)]
    yield { kind: 'ended', atMs: at(atMs), connection, how, code, ageMs, silentMs, trailers }
    return undefined
  } catch (error) {
    if (!(error instanceof SseCoordError) || error.code !== 'bad-encoding') throw error
    return { reason: 'encoding', message: error.message, hint: error.hint ?? null }
  } finally {
    await answer.close()
  }
}

/** The beginning of a body that is no stream, for those who keep bytes. */
async function* readRefused(
  answer: StreamAnswer,
  connection: number,
  offsetMs: number,
): AsyncGenerator<Happening, void, undefined> {
  const timer = setTimeout(() => void answer.close(), refusedBodyMs)
  let left = refusedBodyBytes
  try {
    for await (const { atMs, bytes } of answer.chunks) {
      yield { kind: 'chunk', atMs: roundMs(offsetMs + atMs), connection, bytes: bytes.subarray(0, left) }
      left -= bytes.length
      if (left <= 0) return
    }
  } finally {
    clearTimeout(timer)
  }
}
