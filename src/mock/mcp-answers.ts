/** Streams of answers of the `mcp` profile, each kept for a while after its end for a client that lost it. */
import { randomUUID } from 'node:crypto'
import { type Channel, type CountedStore, createChannel } from '../server/index.js'
import { answerCall, type JsonRpcRequest } from './mcp-calls.js'

/** The answers to the requests of one POST. */
export interface AnswerStream {
  readonly id: string
  readonly channel: Channel
  /** Nothing more comes. */
  isComplete: boolean
}

/** The streams there are. */
export interface AnswerStreams {
  /** Opens a stream, at which a client can be registered before anything is sent. */
  open(): AnswerStream
  /** Forgets a stream that nobody has joined. */
  drop(stream: AnswerStream): void
  /** The stream of an event that a client has seen; `undefined` when the id is of no such event. */
  find(lastEventId: string): AnswerStream | 'gone' | undefined
  /**
   * Works the requests off, one after the other, whether or not the client is still there: it may come back. `isPrimed`
   * sends an event without data first, so that a client can resume before the first message.
   */
  work(stream: AnswerStream, requests: readonly JsonRpcRequest[], isPrimed: boolean): Promise<void>
  /** For the figures. */
  readonly store: CountedStore
  close(): Promise<void>
}

/** The oldest make way for new ones. */
const mostStreams = 1000
/** The stream of an answer, and the event's number in it. */
const answerEventId = /^([0-9a-f]{8})_\d+$/

/** Makes the streams, of which there are none yet. */
export function createAnswerStreams(): AnswerStreams {
  const streams = new Map<string, AnswerStream>()

  return {
    open() {
      const stream = { id: randomUUID().slice(0, 8), channel: createChannel({ serializer: String }), isComplete: false }
      streams.set(stream.id, stream)
      const [oldest] = streams.values()
      if (streams.size > mostStreams && oldest) {
        streams.delete(oldest.id)
        void oldest.channel.close()
      }
      return stream
    },
    drop: ({ id }) => void streams.delete(id),
    find(lastEventId) {
      const id = answerEventId.exec(lastEventId)?.[1]
      return id === undefined ? undefined : (streams.get(id) ?? 'gone')
    },
    async work(stream, requests, isPrimed) {
      const { id, channel } = stream
      const over = new AbortController()
      channel.once('closed', () => over.abort())
      let sent = 0
      const write = (data: string): void => {
        if (!channel.isClosed) channel.broadcast(data, undefined, { eventId: `${id}_${++sent}` })
      }
      if (isPrimed) write('')
      const send = (message: object): void => write(JSON.stringify(message))
      for (const request of requests) await answerCall(request, send, over.signal)
      stream.isComplete = true
      await Promise.all(channel.activeSessions.map((session) => session.close()))
    },
    store: { entries: () => [...streams].map(([id, { channel }]): [string, Channel] => [id, channel]) },
    async close() {
      await Promise.all([...streams.values()].map(({ channel }) => channel.close()))
      streams.clear()
    },
  }
}
