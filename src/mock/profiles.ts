/** What the paths of the stream answer: the mock's own events, or the shape of a profile. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Channel, type CreateSessionOptions, type Session, topicsOf } from '../server/index.js'
import { answerPrompt, defaultAnswer } from './llm.js'
import { createMcp } from './mcp.js'
import type { Origins } from './origins.js'
import { fillQuery } from './payload.js'
import type { PayloadSource } from './payload-source.js'
import type { Profile } from './profile.js'
import { openRecordedStory } from './recorded-story.js'
import { createRecordingProfile } from './replay-recording.js'
import type { MockSettings } from './settle-mock.js'
import type { StreamOpener } from './stream-opener.js'

/** What a profile is made of. */
export interface ProfileOptions {
  settings: MockSettings
  channel: Channel
  payloads: PayloadSource
  opener: StreamOpener
  origins: Origins
  random(): number
}

/** Makes the profile that was asked for. @throws SseCoordError `bad-recording` for a recording that cannot be read */
export async function createProfile(options: ProfileOptions): Promise<Profile> {
  const { settings, opener, origins, channel } = options
  const { recording, speed, onNote } = settings
  if (recording !== undefined) {
    return createRecordingProfile({ opener, story: await openRecordedStory({ file: recording, speed, onNote }) })
  }
  if (settings.profile === 'llm') return createLlm(options)
  if (settings.profile === 'mcp')
    return createMcp({ opener, origins, channel, keepAlive: settings.keepAliveMs || false })
  return createStream(options)
}

/** The events of the channel, for whoever comes. */
function createStream({ settings, channel, payloads, opener }: ProfileOptions): Profile {
  const options: CreateSessionOptions = { keepAlive: settings.keepAliveMs || false, retry: settings.retryMs }
  return {
    methods: ['GET', 'HEAD'],
    answer(request, response) {
      const topics = topicsOf(request)
      const render = payloads.usesQuery ? (text: string) => fillQuery(text, request.url) : undefined
      const session = opener.openSession(request, response, options, render)
      if (session?.isConnected && request.method !== 'HEAD') channel.register(session, topics ? { topics } : {})
    },
    close: async () => {},
  }
}

/** Answers that end by design; whoever is connected counts as a client of the channel. */
function createLlm({ settings, channel, payloads, opener, random }: ProfileOptions): Profile {
  const openSession = (request: IncomingMessage, response: ServerResponse): Session | undefined => {
    const options = {
      keepAlive: settings.keepAliveMs || false,
      retry: false,
      serializer: String,
      trustClientEventId: false,
    } as const
    const session = opener.openSession(request, response, options)
    if (session?.isConnected && request.method !== 'HEAD') channel.register(session)
    return session
  }
  return {
    methods: ['GET', 'HEAD', 'POST'],
    answer: (request, response) => {
      const text = payloads.templates()[0]?.text ?? defaultAnswer
      return answerPrompt(request, response, { ...settings.llm, text, random, openSession })
    },
    close: async () => {},
  }
}
