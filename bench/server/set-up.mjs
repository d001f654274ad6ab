// CPU of the serving process per connection that opens a stream, and per connection that opens and leaves, beside Node alone.
// node bench/server/set-up.mjs [--connections 3000] [--cycles 5] [--kits a,b] [--rounds 3] [--pin]
//
// As in fan-out.mjs, each kit takes turns with a server of Node alone: 100 connections here, 100 there. All leave and as many
// come again, several times over: a collection of all garbage costs as much as hundreds of connections, and it is chance
// whether the first few thousand see one or none.
import { kits } from './kits.mjs'
import { cpuOf, median, option, sleep, withHosts } from './processes.mjs'

const names = option('kits', Object.keys(kits).join(',')).split(',')
const rounds = Number(option('rounds', '3'))
const cycles = Number(option('cycles', '5'))
const connections = Number(option('connections', '3000'))
const atOnce = 100

/** Adds what each host has spent since `before`. */
async function spend(runs, before, spent) {
  const now = await Promise.all(runs.map(cpuOf))
  for (const [n, { all }] of now.entries()) spent[n] += (all - before[n].all) / connections / cycles
  return now
}

/** Everybody leaves. */
async function close({ host, readers }) {
  await readers.ask('close')
  while ((await host.ask('count')) > 0) await sleep(10)
}

/** Microseconds per connection that opens, and per connection that leaves; of Node alone and of the kit. */
async function measure(kit) {
  return withHosts(['raw', kit], async (runs) => {
    const [opening, leaving] = [runs.map(() => 0), runs.map(() => 0)]
    // The first cycle is for compilers, which have done their work in any server that has been up for a while.
    for (let cycle = -1; cycle < cycles; cycle++) {
      const isCounted = cycle >= 0
      const before = await Promise.all(runs.map(cpuOf))
      for (let opened = 0; opened < connections; opened += atOnce) {
        for (const { readers, port } of runs) await readers.ask('open', { port, count: atOnce })
      }
      const between = await spend(runs, before, isCounted ? opening : [])
      for (const run of runs) await close(run)
      await spend(runs, between, isCounted ? leaving : [])
    }
    return { opening, both: opening.map((each, n) => each + leaving[n]) }
  })
}

function tell(label, results) {
  const rates = results.map(([raw, kit]) => raw / kit)
  const [raw, kit] = [0, 1].map((which) => median(results.map((result) => result[which])).toFixed(0))
  return (
    `${label} ${kit.padStart(4)} µs, raw ${raw.padStart(4)}   ` +
    `rate ${median(rates).toFixed(2)} of raw (${Math.min(...rates).toFixed(2)}–${Math.max(...rates).toFixed(2)})`
  )
}

console.log(`\nset-up of ${cycles} × ${connections} connections, ${rounds} rounds, CPU per connection`)
for (const name of names.filter((one) => one !== 'raw')) {
  const results = []
  for (let round = 0; round < rounds; round++) results.push(await measure(name))
  const opening = results.map((result) => result.opening)
  const both = results.map((result) => result.both)
  console.log(`  ${name.padEnd(14)} ${tell('opened', opening)}   ${tell('opened and left', both)}`)
}
