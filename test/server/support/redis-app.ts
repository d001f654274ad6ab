/** One of several servers of an application, to be run as a process and killed: `/events` streams, `POST /publish` publishes. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { createChannel, createRedisBackbone, createSession } from '../../../src/server/index.js'

async function run(): Promise<void> {
  const redis = new Redis({ path: process.argv[2] ?? '', retryStrategy: () => 20, maxRetriesPerRequest: null })
  redis.on('error', () => {})
  const channel = createChannel({ backbone: await createRedisBackbone({ redis }), name: 'news' })
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      channel.register(createSession(request, response, { retry: 10 }))
      return
    }
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      channel.publish(JSON.parse(body)).then((id) => response.end(id))
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

void run()
process.on('disconnect', () => process.exit())
