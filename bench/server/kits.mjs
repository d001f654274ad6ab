// The ways to serve a stream that are measured beside each other. A kit answers requests, and broadcasts to all who came.
// Each is loaded only when it is measured. First: `npm run build` for this package, and `npm install` in this folder for
// the others.

// The same head as the kit's, so that all send the same bytes but for the frames of chunks.
const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

/** Node alone: one `response.write` per event and connection, of a buffer made once. What everybody else is divided by. */
async function raw() {
  const { createServer } = await import('node:http')
  const responses = new Set()
  const server = createServer((_request, response) => {
    response.writeHead(200, headers)
    response.write('retry: 2000\n\n')
    responses.add(response)
    response.on('close', () => responses.delete(response))
  })
  return {
    server,
    count: () => responses.size,
    broadcast(data, id) {
      const bytes = Buffer.from(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
      for (const response of responses) response.write(bytes)
    },
  }
}

/** No library can do better: one ready-made chunk per connection and tick, straight to the socket. */
async function floor() {
  const kit = await raw()
  let pending = ''
  const sockets = new Set()
  kit.server.on('request', ({ socket }) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  function flush() {
    const chunk = Buffer.from(`${pending.length.toString(16)}\r\n${pending}\r\n`)
    pending = ''
    for (const socket of sockets) socket.write(chunk)
  }
  kit.broadcast = (data, id) => {
    if (pending === '') setImmediate(flush)
    pending += `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`
  }
  return kit
}

async function sseCoord() {
  const { createServer } = await import('node:http')
  const { createChannel, createSession } = await import('../../dist/server/index.js')
  const channel = createChannel({ history: { size: 10_000 } })
  const server = createServer((request, response) => channel.register(createSession(request, response)))
  return {
    server,
    count: () => channel.sessionCount,
    broadcast: (data, id) => channel.broadcast(data, undefined, { eventId: id }),
  }
}

async function betterSse() {
  const { createServer } = await import('node:http')
  const { createChannel, createSession } = await import('better-sse')
  const channel = createChannel()
  const server = createServer(async (request, response) => channel.register(await createSession(request, response)))
  return {
    server,
    count: () => channel.sessionCount,
    broadcast: (data, id) => channel.broadcast(data, 'message', { eventId: id }),
  }
}

async function sseChannels() {
  const { createServer } = await import('node:http')
  const { Channel, Connection } = (await import('sse-channels')).default
  const channel = new Channel({ historySize: 10_000 })
  const server = createServer((request, response) => channel.add(new Connection(request, response, { ping: true })))
  return {
    server,
    count: () => channel.count(),
    broadcast: (data, id) => channel.send({ id, data: JSON.stringify(data) }),
  }
}

async function sseChannel() {
  const { createServer } = await import('node:http')
  const { default: SseChannel } = await import('sse-channel')
  const channel = new SseChannel({ jsonEncode: true, historySize: 10_000 })
  const server = createServer((request, response) => channel.addClient(request, response))
  return {
    server,
    count: () => channel.getConnectionCount(),
    broadcast: (data, id) => channel.send({ id, data }),
  }
}

async function fastifySse() {
  const { default: fastify } = await import('fastify')
  const { default: plugin } = await import('@fastify/sse')
  const app = fastify()
  await app.register(plugin)
  const replies = new Set()
  app.get('/', { sse: true }, async (_request, reply) => {
    reply.sse.keepAlive()
    reply.sse.sendHeaders()
    reply.raw.write('retry: 2000\n\n')
    replies.add(reply)
    reply.raw.on('close', () => replies.delete(reply))
  })
  await app.ready()
  return {
    server: app.server,
    count: () => replies.size,
    broadcast(data, id) {
      for (const reply of replies) reply.sse.send({ id, data }).catch(() => {})
    },
  }
}

export const kits = {
  raw,
  floor,
  'sse-coord': sseCoord,
  'sse-channels': sseChannels,
  'sse-channel': sseChannel,
  'better-sse': betterSse,
  '@fastify/sse': fastifySse,
}
