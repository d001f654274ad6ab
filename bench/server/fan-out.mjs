// CPU of the serving process per delivered event, beside a plain `response.write` loop in the same run.
// node bench/server/fan-out.mjs [--connections 100,1000,5000] [--events 1,10] [--kits a,b] [--rounds 3]
import { kits } from './kits.mjs'
import { median, numbers, option, withHost } from './processes.mjs'

const names = option('kits', Object.keys(kits).join(',')).split(',')
const rounds = Number(option('rounds', '3'))
const deliveries = Number(option('deliveries', '1000000'))

async function measure(kit, connections, eventsPerTick) {
  return withHost(kit, async (host, readers, port) => {
    await readers.ask('open', { port, count: connections })
    const ticks = Math.max(10, Math.ceil(deliveries / connections / eventsPerTick))
    const warmUp = Math.ceil(ticks / 5)
    let before
    let expected = 0
    for (let tick = -warmUp; tick < ticks; tick++) {
      if (tick === 0) before = await host.ask('cpu')
      expected += connections * eventsPerTick
      // In step, so that no kit gains or loses by what piles up; and the readers sleep while the host writes, as waking
      // them would cost the host more than writing does.
      readers.pause()
      await host.ask('broadcast', { events: eventsPerTick })
      readers.resume()
      await readers.ask('expect', { events: expected })
    }
    const after = await host.ask('cpu')
    const usedUs = after.user + after.system - before.user - before.system
    return usedUs / (connections * eventsPerTick * ticks)
  })
}

for (const connections of numbers(option('connections', '100,1000,5000'))) {
  for (const eventsPerTick of numbers(option('events', '1,10'))) {
    const results = Object.fromEntries(names.map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const name of names) results[name].push(await measure(name, connections, eventsPerTick))
    }
    console.log(`\n${connections} connections, ${eventsPerTick} event(s) per tick, ${rounds} rounds`)
    for (const name of names) {
      const ratios = results[name].map((value, round) => value / results.raw[round])
      console.log(
        `  ${name.padEnd(14)} ${median(results[name]).toFixed(2).padStart(7)} s CPU per million deliveries   ` +
          `${median(ratios).toFixed(2)} of raw (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
      )
    }
  }
}
