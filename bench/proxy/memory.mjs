// Memory of each proxy per open stream: resident bytes with 1000 streams less those with none.
// node bench/proxy/memory.mjs [--streams 1000] [--rounds 3] [--only a,b]
import { contenders } from './contenders.mjs'
import { chosen, compare, median, option, sleep } from './processes.mjs'

const names = chosen(Object.keys(contenders).filter((name) => name !== 'direct'))
const streams = Number(option('streams', '1000'))
const rounds = Number(option('rounds', '3'))

const results = await compare(names, rounds, async ({ origin, proxy, readers, port }) => {
  await readers.ask('open', { port, count: 50 }) // warm: what the first streams load is no cost of each
  await sleep(300)
  const before = await proxy.ask('rss')
  await readers.ask('open', { port, count: streams })
  await origin.ask('drip', { everyMs: 1 })
  await sleep(2000)
  return ((await proxy.ask('rss')) - before) / streams / 1024
})

console.log(`\n${streams} streams, ${rounds} rounds: KB of resident memory per stream`)
for (const name of names) console.log(`  ${name.padEnd(18)} ${median(results[name]).toFixed(1).padStart(6)} KB`)
