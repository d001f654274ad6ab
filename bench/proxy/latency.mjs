// How much later an event comes through each proxy than without one: the median over all events of a round, less that of
// `direct` in the same round. node bench/proxy/latency.mjs [--streams 1,100,1000] [--seconds 3] [--rounds 5] [--only a,b]
import { contenders } from './contenders.mjs'
import { chosen, compare, median, option, sleep } from './processes.mjs'

const names = chosen(Object.keys(contenders))
const seconds = Number(option('seconds', '3'))
const rounds = Number(option('rounds', '5'))

for (const streams of option('streams', '1,100,1000').split(',').map(Number)) {
  const results = await compare(names, rounds, async ({ origin, readers, port }) => {
    await readers.ask('open', { port, count: streams })
    await origin.ask('drip', { everyMs: 2 })
    await sleep(500)
    await readers.ask('delays', { on: true })
    await sleep(seconds * 1000)
    const delays = await readers.ask('delays', { on: false })
    await origin.ask('drip', { everyMs: null })
    return median(delays)
  })
  console.log(
    `\n${streams} stream(s), ${rounds} rounds of ${seconds} s: median µs per event, and how much of it is added`,
  )
  for (const name of names) {
    const added = results[name].map((value, round) => value - (results.direct?.[round] ?? 0))
    const bare = results[name].map(
      (value, round) => (value - results.direct?.[round]) / (results.bare?.[round] - results.direct?.[round]),
    )
    console.log(
      `  ${name.padEnd(18)} ${median(results[name]).toFixed(0).padStart(6)} µs   added ${median(added).toFixed(0).padStart(5)} µs` +
        `   ${median(bare).toFixed(2)} of bare's`,
    )
  }
}
