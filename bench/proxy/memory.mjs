// Memory of each proxy per open stream: resident bytes with 1000 streams less those with 50.
// node bench/proxy/memory.mjs [--streams 1000] [--rounds 3] [--only a,b]
//
// Of a process of Node that is told twice: as it comes, and with V8's room for young objects as large as it gets (2 x 16 MiB)
// and used from the beginning. V8 makes that room once, sooner or later; how much of it falls into a measurement is chance.
import { contenders } from './contenders.mjs'
import { chosen, compare, median, option, sleep } from './processes.mjs'

const names = chosen(Object.keys(contenders).filter((name) => name !== 'direct'))
const streams = Number(option('streams', '1000'))
const rounds = Number(option('rounds', '3'))

const measure =
  (isGrown) =>
  async ({ origin, proxy, readers, port }) => {
    await readers.ask('open', { port, count: 50 }) // warm: what the first streams load is no cost of each
    await sleep(300)
    if (isGrown) await proxy.ask('litter')
    const before = await proxy.ask('rss')
    await readers.ask('open', { port, count: streams })
    await origin.ask('drip', { everyMs: 1 })
    await sleep(2000)
    return ((await proxy.ask('rss')) - before) / streams / 1024
  }

const asItComes = await compare(names, rounds, measure(false))
const grown = await compare(names, rounds, measure(true), ['--min-semi-space-size=16'])

console.log(
  `\n${streams} streams, ${rounds} rounds: KB of resident memory per stream, and without the room for young objects`,
)
for (const name of names) {
  const [all, own] = [asItComes, grown].map((results) => median(results[name]).toFixed(1).padStart(6))
  console.log(`  ${name.padEnd(18)} ${all} KB ${own} KB`)
}
