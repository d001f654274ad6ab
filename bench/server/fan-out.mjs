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
    const delivered = connections * eventsPerTick * ticks
    const user = (after.user - before.user) / delivered
    return { all: user + (after.system - before.system) / delivered, user }
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
      const part = (which) => results[name].map((result) => result[which])
      const ratiosOf = (which) => results[name].map((result, round) => result[which] / results.raw[round][which])
      const ratios = ratiosOf('all')
      console.log(
        `  ${name.padEnd(14)} ${median(part('all')).toFixed(2).padStart(7)} s CPU per million deliveries   ` +
          `${median(ratios).toFixed(2)} of raw (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})   ` +
          // The rest is the kernel's, which has the same bytes to send whoever hands them over.
          `without the kernel ${median(ratiosOf('user')).toFixed(2)}`,
      )
    }
  }
}
