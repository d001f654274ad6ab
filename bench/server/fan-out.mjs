// CPU of the serving process per delivered event, beside a plain `response.write` loop.
// node bench/server/fan-out.mjs [--connections 100,1000,5000] [--events 1,10] [--kits a,b] [--rounds 3] [--pin]
//
// Each kit is measured against a loop of its own, the two in turn a few milliseconds at a time, so that whatever else
// the machine does meanwhile slows both alike.
import { kits } from './kits.mjs'
import { cpuOf, median, numbers, option, withHosts } from './processes.mjs'

const names = option('kits', Object.keys(kits).join(',')).split(',')
const rounds = Number(option('rounds', '3'))
const deliveries = Number(option('deliveries', '200000'))

/** Ticks in a row, until about as many events wait for the readers as a tick of 5000 connections makes. */
const burstOf = (connections) => Math.max(1, Math.round(5000 / connections))

async function broadcast(run, connections, events) {
  const ticks = burstOf(connections)
  run.expected = (run.expected ?? 0) + connections * events * ticks
  // In step, so that no kit gains or loses by what piles up; and the readers sleep while the host writes, as waking
  // them would cost the host more than writing does.
  run.readers.pause()
  await run.host.ask('broadcast', { events, ticks })
  run.readers.resume()
  await run.readers.ask('expect', { events: run.expected })
}

/** Microseconds per delivery, of the loop and of the kit. */
async function measure(kit, connections, events) {
  return withHosts(['raw', kit], async (runs) => {
    const bursts = Math.max(10, Math.ceil(deliveries / connections / events / burstOf(connections)))
    for (const { readers, port } of runs) await readers.ask('open', { port, count: connections })
    // What is left of opening them is collected now, which costs as much as a tenth of all that follows: else it is chance
    // whether that falls among what is counted, and whose it is. It belongs to set-up, and is counted in set-up.mjs.
    for (const { host } of runs) await host.ask('settle')
    let before
    for (let burst = -Math.ceil(bursts / 5); burst < bursts; burst++) {
      if (burst === 0) before = await Promise.all(runs.map(cpuOf))
      for (const run of runs) await broadcast(run, connections, events)
    }
    const after = await Promise.all(runs.map(cpuOf))
    const delivered = connections * events * bursts * burstOf(connections)
    return after.map((cpu, n) => (cpu.all - before[n].all) / delivered)
  })
}

for (const connections of numbers(option('connections', '100,1000,5000'))) {
  for (const events of numbers(option('events', '1,10'))) {
    console.log(`\n${connections} connections, ${events} event(s) per tick, ${rounds} rounds`)
    for (const name of names.filter((one) => one !== 'raw')) {
      const results = []
      for (let round = 0; round < rounds; round++) results.push(await measure(name, connections, events))
      const ratios = results.map(([raw, kit]) => kit / raw)
      const [raw, kit] = [0, 1].map((which) => median(results.map((result) => result[which])).toFixed(2))
      console.log(
        `  ${name.padEnd(14)} ${kit.padStart(6)} µs of CPU per delivery, raw ${raw.padStart(5)}   ` +
          `${median(ratios).toFixed(2)} of raw (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
      )
    }
  }
}
