// CPU of the serving process per connection that opens a stream, beside Node alone in the same run.
// node bench/server/set-up.mjs [--connections 3000] [--kits a,b] [--rounds 5]
import { kits } from './kits.mjs'
import { median, option, withHost } from './processes.mjs'

const names = option('kits', Object.keys(kits).join(',')).split(',')
const rounds = Number(option('rounds', '5'))
const connections = Number(option('connections', '3000'))

async function measure(kit) {
  return withHost(kit, async (host, readers, port) => {
    await readers.ask('open', { port, count: 500 }) // warm
    const before = await host.ask('cpu')
    await readers.ask('open', { port, count: connections })
    const after = await host.ask('cpu')
    return (after.user + after.system - before.user - before.system) / connections
  })
}

const results = Object.fromEntries(names.map((name) => [name, []]))
for (let round = 0; round < rounds; round++) for (const name of names) results[name].push(await measure(name))
console.log(`\nset-up of ${connections} connections, ${rounds} rounds`)
for (const name of names) {
  const rates = results[name].map((value, round) => results.raw[round] / value)
  console.log(
    `  ${name.padEnd(14)} ${median(results[name]).toFixed(0).padStart(5)} µs CPU per connection   ` +
      `rate ${median(rates).toFixed(2)} of raw (${Math.min(...rates).toFixed(2)}–${Math.max(...rates).toFixed(2)})`,
  )
}
