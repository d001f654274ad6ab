// How far the times of a replay are from those that were recorded: record → replay → record, chunk by chunk.
// npm run build && node bench/recording/times.mjs [--chunks 400] [--speed 1]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { record } from '../../dist/index.js'
import { createReplayStory, play, readRecording } from '../../dist/recording/index.js'

const option = (name, fallback) => {
  const index = process.argv.indexOf(`--${name}`)
  return Number(index < 0 ? fallback : process.argv[index + 1])
}
const count = option('chunks', 400)
const speed = option('speed', 1)
const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-bench-'))

async function recordFrom(listener, name) {
  const server = createServer((request, response) => void listener(request, response))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const file = path.join(folder, name)
  await record(`http://127.0.0.1:${server.address().port}/`, { file, reconnect: false })
  server.closeAllConnections()
  server.close()
  return readRecording(readFileSync(file))
}

/** Uneven on purpose: bursts, gaps, and everything between. */
const gaps = Array.from({ length: count }, (_, index) => [0, 1, 3, 7, 20, 45][(index * 7919) % 6] * ((index % 3) + 1))

const first = await recordFrom(async (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  for (const [index, ms] of gaps.entries()) {
    if (ms > 0) await wait(ms)
    response.write(`id: ${index}\ndata: ${'x'.repeat((index % 9) * 40)}\n\n`)
  }
  response.end()
}, 'first.ssecast')

const story = createReplayStory(first, { speed })
const second = await recordFrom(async (_request, response) => {
  const replay = story.next(undefined)
  response.writeHead(replay.head.status, replay.head.headers.flat()).flushHeaders()
  for await (const step of play(replay)) 'bytes' in step ? response.write(step.bytes) : response.end()
}, 'second.ssecast')
rmSync(folder, { recursive: true })

/** When each byte came: chunks that were apart may come together, and the other way round. */
function arrivals({ connections }) {
  const times = []
  for (const { atMs, bytes } of connections[0].chunks) times.push(...new Array(bytes.length).fill(atMs))
  return times
}
const bodyOf = ({ connections }) => Buffer.concat(connections[0].chunks.map(({ bytes }) => bytes))
const [before, after] = [arrivals(first), arrivals(second)]
const late = before
  .map((atMs, index) => Math.abs(after[index] * speed - atMs) / speed)
  .sort((one, other) => one - other)
const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))].toFixed(2)

console.log(`record → replay → record, ${count} chunks, ${before.length} bytes, speed ${speed}`)
console.log(`  the same bytes: ${bodyOf(first).equals(bodyOf(second))}`)
console.log(`  times apart by p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms`)
