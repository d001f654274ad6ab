// Events a second through each proxy, 100 streams, as a share of a bare `node:http` pipe in the same round; and the CPU time
// of the proxy per event. node bench/proxy/throughput.mjs [--streams 100] [--seconds 3] [--rounds 5] [--only a,b]
import { contenders } from './contenders.mjs'
import { chosen, compare, median, option, sleep } from './processes.mjs'

const names = chosen(Object.keys(contenders))
const streams = Number(option('streams', '100'))
const seconds = Number(option('seconds', '3'))
const rounds = Number(option('rounds', '5'))

const results = await compare(names, rounds, async ({ origin, proxy, readers, port }) => {
  await readers.ask('open', { port, count: streams })
  await origin.ask('flood', { on: true })
  await sleep(500)
  const [seen, cpu, begun] = [await readers.ask('seen'), await proxy.ask('cpu'), performance.now()]
  await sleep(seconds * 1000)
  const [seenAfter, cpuAfter] = [await readers.ask('seen'), await proxy.ask('cpu')]
  const events = seenAfter - seen
  return { perSecond: (events / (performance.now() - begun)) * 1000, cpuUs: (cpuAfter - cpu) / events }
})

console.log(`\n${streams} streams, ${rounds} rounds of ${seconds} s: events a second, CPU of the proxy per event`)
for (const name of names) {
  const rate = median(results[name].map(({ perSecond }) => perSecond))
  const cpu = median(results[name].map(({ cpuUs }) => cpuUs))
  const shares = results[name].map(
    ({ perSecond }, round) => perSecond / (results.bare?.[round].perSecond ?? Number.NaN),
  )
  const cpuShares = results[name].map(({ cpuUs }, round) => (results.bare?.[round].cpuUs ?? Number.NaN) / cpuUs)
  console.log(
    `  ${name.padEnd(18)} ${Math.round(rate).toLocaleString('en').padStart(9)}/s  ${median(shares).toFixed(2)} of bare (${Math.min(...shares).toFixed(2)}–${Math.max(...shares).toFixed(2)})` +
      `   ${cpu.toFixed(3).padStart(6)} µs CPU, ${median(cpuShares).toFixed(2)} of bare's pace`,
  )
}

const [bare, own, blind, nginx] = ['bare', 'sse-coord', 'sse-coord blind', 'nginx'].map((name) => results[name] ?? [])
const spread = (values) => `${median(values).toFixed(2)} (${values.map((value) => value.toFixed(2)).join(', ')})`
if (bare.length * own.length * blind.length > 0) {
  const costs = own.map(({ cpuUs }, round) => (100 * (cpuUs - blind[round].cpuUs)) / bare[round].cpuUs)
  console.log(`  ledger and tap, in % of what an event costs the bare pipe: ${spread(costs)}`)
}
if (own.length * nginx.length > 0) {
  console.log(
    `  sse-coord beside nginx: ${spread(own.map(({ perSecond }, round) => perSecond / nginx[round].perSecond))}`,
  )
}
