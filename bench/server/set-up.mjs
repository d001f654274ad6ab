// CPU of the serving process per connection that opens a stream, beside Node alone.
// node bench/server/set-up.mjs [--connections 3000] [--kits a,b] [--rounds 3] [--pin]
//
// As in fan-out.mjs, each kit takes turns with a server of Node alone: 100 connections here, 100 there.
import { kits } from './kits.mjs'
import { cpuOf, median, option, withHosts } from './processes.mjs'

const names = option('kits', Object.keys(kits).join(',')).split(',')
const rounds = Number(option('rounds', '3'))
const connections = Number(option('connections', '3000'))
const atOnce = 100

/** Microseconds per connection, of Node alone and of the kit. */
async function measure(kit) {
  return withHosts(['raw', kit], async (runs) => {
    // Compilers have done their work by then, as they have in any server that has been up for a while.
    for (const { readers, port } of runs) await readers.ask('open', { port, count: 3000 })
    const before = await Promise.all(runs.map(cpuOf))
    for (let opened = 0; opened < connections; opened += atOnce) {
      for (const { readers, port } of runs) await readers.ask('open', { port, count: atOnce })
    }
    const after = await Promise.all(runs.map(cpuOf))
    return after.map((cpu, n) => (cpu.all - before[n].all) / connections)
  })
}

console.log(`\nset-up of ${connections} connections, ${rounds} rounds`)
for (const name of names.filter((one) => one !== 'raw')) {
  const results = []
  for (let round = 0; round < rounds; round++) results.push(await measure(name))
  const rates = results.map(([raw, kit]) => raw / kit)
  const [raw, kit] = [0, 1].map((which) => median(results.map((result) => result[which])).toFixed(0))
  console.log(
    `  ${name.padEnd(14)} ${kit.padStart(5)} µs of CPU per connection, raw ${raw.padStart(4)}   ` +
      `rate ${median(rates).toFixed(2)} of raw (${Math.min(...rates).toFixed(2)}–${Math.max(...rates).toFixed(2)})`,
  )
}
