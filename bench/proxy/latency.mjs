// How much later an event comes through each proxy than without one, and how much of that is what a bare pipe adds.
// node bench/proxy/latency.mjs [--streams 1,100,1000] [--turns 1500] [--only a,b]
//
// All run at the same time. In a turn one event goes through each of them, in an order drawn anew, 2 ms apart, so that the
// events of a turn meet the same machine. What is told are medians over all turns, and in brackets the range that 95 of 100
// such medians are in when turns are drawn anew.
import { contenders } from './contenders.mjs'
import { chosen, median, numbers, option, range, sleep, withProxies } from './processes.mjs'

const names = [...new Set(['direct', 'bare', ...chosen(Object.keys(contenders))])]
const turns = Number(option('turns', '1500'))
const everyMs = 2

/** For each turn what each contender took, in microseconds, in the order of `names`. */
async function measure(streams) {
  return withProxies(names, async ({ origin, readers, ports }) => {
    for (const [group, port] of ports.entries()) await readers.ask('open', { port, count: streams, group })
    await sleep(1000)
    await origin.ask('turns', { groups: names.length, turns, everyMs })
    await sleep(200)
    const byTurn = await readers.ask('delays')
    return byTurn.filter((taken) => names.every((_, group) => taken?.[group] > 0))
  })
}

const ratioOf = (group) => (sample) =>
  median(sample.map((taken) => taken[group] - taken[0])) / median(sample.map((taken) => taken[1] - taken[0]))

for (const streams of numbers(option('streams', '1,100,1000'))) {
  const taken = await measure(streams)
  console.log(
    `\n${streams} stream(s) each, ${taken.length} turns: median µs that are added to direct, and beside the bare pipe`,
  )
  for (const [group, name] of names.entries()) {
    if (group === 0) continue
    const added = median(taken.map((turn) => turn[group] - turn[0]))
    const [low, high] = range(taken, ratioOf(group))
    console.log(
      `  ${name.padEnd(18)} ${added.toFixed(0).padStart(5)} µs   ${ratioOf(group)(taken).toFixed(2)} of bare's (${low.toFixed(2)}–${high.toFixed(2)})`,
    )
  }
}
