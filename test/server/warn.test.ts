/** What would be lost without a word is a warning of the process where nobody listens, and none where somebody does. */
import { expect, onTestFinished, test } from 'vitest'
import {
  type Backbone,
  createChannel,
  createMemoryBackbone,
  createRedisBackbone,
  createSession,
} from '../../src/server/index.js'
import { open } from './support/reader.js'
import { noRedis, startRedis } from './support/redis.js'
import { serve } from './support/serve.js'
import { until } from './support/until.js'

/** The words of the warnings from now on. */
function watchWarnings(): string[] {
  const words: string[] = []
  const listener = ({ name, message }: Error) => {
    if (name === 'SseCoordWarning') words.push(message)
  }
  process.on('warning', listener)
  onTestFinished(() => void process.off('warning', listener))
  return words
}

/** A backbone that takes nothing. */
function createFullBackbone(reason: string): Backbone {
  return { ...createMemoryBackbone(), publish: () => Promise.reject(new Error(reason)) }
}

test('an event that the backbone did not take is warned of once, however many follow', async () => {
  const warnings = watchWarnings()
  const channel = createChannel({ name: 'news', backbone: createFullBackbone('out of memory') })
  for (let n = 0; n < 5; n++) channel.broadcast(n)
  await until(() => warnings.length > 0)
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual([
    'An event was not published: out of memory. Listen to “publish-failed” of the channel, or await publish.',
  ])
})

test('whoever listens is told, and nobody else', async () => {
  const warnings = watchWarnings()
  const failed: unknown[] = []
  const channel = createChannel({ name: 'news', backbone: createFullBackbone('read only') })
  channel.on('publish-failed', (error) => failed.push(String(error)))
  channel.broadcast(1)
  await until(() => failed.length > 0)
  await expect(channel.publish(2)).rejects.toThrow('read only')
  await new Promise((resolve) => setImmediate(resolve))
  expect([failed, warnings]).toEqual([['Error: read only'], []])
})

test.skipIf(noRedis)('a Redis that went away is warned of where onError is not given', async () => {
  const warnings = watchWarnings()
  const redis = await startRedis()
  const backbone = await createRedisBackbone({ redis: redis.client({ retryStrategy: () => 20 }) })
  onTestFinished(() => backbone.close())
  await redis.kill()
  await until(() => warnings.length > 0)
  expect(warnings[0]).toMatch(/^The Redis stream cannot be read for now: .+\. Give onError to hear of it\.$/)
})

test('a response that somebody else ends is warned of, and no other end of a stream is', async () => {
  const warnings = watchWarnings()
  const channel = createChannel()
  const { url } = await serve((request, response) => {
    const session = createSession(request, response)
    if (request.url === '/framework') response.end('OK')
    else if (session.isConnected) channel.register(session)
  })
  const [leaving, ending] = [await open(url), await open(url)]
  await fetch(url, { method: 'HEAD' })
  leaving.close()
  await until(() => channel.sessionCount === 1)
  await channel.close()
  await until(() => ending.ended)
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual([])
  await (await fetch(`${url}/framework`)).text()
  await until(() => warnings.length > 0)
  expect(warnings).toEqual([
    'A stream was ended: somebody else called end() of its response. ' +
      'Have your framework leave the answer alone: Koa by context.respond = false, Fastify by reply.hijack()',
  ])
})
