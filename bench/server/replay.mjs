// What it costs the serving process to replay 10,000 missed events to a client that returns.
// node bench/server/replay.mjs [--events 10000] [--kits a,b] [--rounds 3]
import { median, option, withHost } from './processes.mjs'

const names = option('kits', 'sse-coord,sse-channels').split(',')
const rounds = Number(option('rounds', '3'))
const events = Number(option('events', '10000'))
const replays = 20

async function measure(kit, isAlike) {
  return withHost(kit, async (host, readers, port) => {
    for (let n = 0; n < events; n += 1000) await host.ask('broadcast', { events: Math.min(1000, events - n) })
    let expected = 0
    async function replay(lastEventId) {
      expected += events - lastEventId
      await readers.ask('open', { port, count: 1, lastEventId: String(lastEventId) })
      await readers.ask('expect', { events: expected })
    }
    for (let n = 1; n <= 5; n++) await replay(n)
    const before = await host.ask('cpu')
    for (let n = 0; n < replays; n++) await replay(isAlike ? 10 : 10 + n)
    const after = await host.ask('cpu')
    return (after.user + after.system - before.user - before.system) / replays / 1000
  })
}

for (const isAlike of [false, true]) {
  console.log(
    `\nreplay of ${events} events, ${isAlike ? 'each client from the same event' : 'each client from another event'}`,
  )
  for (const name of names) {
    const results = []
    for (let round = 0; round < rounds; round++) results.push(await measure(name, isAlike))
    console.log(`  ${name.padEnd(14)} ${median(results).toFixed(1).padStart(6)} ms CPU per client, connection included`)
  }
}
