// Resident memory of the serving process per open stream, beside Node alone in the same run.
// node bench/server/memory.mjs [--connections 5000] [--kits a,b] [--rounds 3]
import { kits } from './kits.mjs'
import { median, option, withHost } from './processes.mjs'

const names = option('kits', Object.keys(kits).join(',')).split(',')
const rounds = Number(option('rounds', '3'))
const connections = Number(option('connections', '5000'))

async function measure(kit) {
  return withHost(kit, async (host, readers, port) => {
    await readers.ask('open', { port, count: 100 }) // code and pools are not what is measured
    const before = await host.ask('memory')
    await readers.ask('open', { port, count: connections })
    for (let n = 1; n <= 10; n++) {
      await host.ask('broadcast', { events: 1 })
      await readers.ask('expect', { events: n * (connections + 100) })
    }
    const after = await host.ask('memory')
    return { rss: (after.rss - before.rss) / connections, heap: (after.heapUsed - before.heapUsed) / connections }
  })
}

const results = Object.fromEntries(names.map((name) => [name, []]))
for (let round = 0; round < rounds; round++) for (const name of names) results[name].push(await measure(name))
console.log(`\nmemory with ${connections} connections, ${rounds} rounds`)
for (const name of names) {
  const ratios = results[name].map(({ rss }, round) => rss / results.raw[round].rss)
  const kib = (values) => (median(values) / 1024).toFixed(1).padStart(6)
  console.log(
    `  ${name.padEnd(14)} ${kib(results[name].map(({ rss }) => rss))} KiB RSS, ` +
      `${kib(results[name].map(({ heap }) => heap))} KiB heap per connection   ${median(ratios).toFixed(2)} of raw`,
  )
}
