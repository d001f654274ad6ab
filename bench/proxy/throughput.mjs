// Events a second through each proxy, 100 streams, as a share of a bare `node:http` pipe in the same round; and the CPU time
// of the proxy per event. node bench/proxy/throughput.mjs [--streams 100] [--seconds 3] [--rounds 5] [--only a,b]
//
// All run at the same time, and one at a time is flooded, for a fraction of a second, in an order drawn anew: what the machine
// does besides, and how fast it is at the moment, meets all of a round alike. Counted is what comes until nothing more does.
import { shuffle } from '../support/processes.mjs'
import { contenders } from './contenders.mjs'
import { chosen, median, option, sleep, withProxies } from './processes.mjs'

const names = chosen(Object.keys(contenders))
const streams = Number(option('streams', '100'))
const seconds = Number(option('seconds', '3'))
const rounds = Number(option('rounds', '5'))
const sliceMs = 250
const quietMs = 100

/** Floods one, and adds to `sums` the events that came, the time that they took and the proxy's CPU time, in milliseconds. */
async function slice({ origin, readers, proxies }, group, sums) {
  const [eventsBefore] = await readers.ask('seen', { group })
  const cpuBefore = await proxies[group].ask('cpu')
  const begunAt = now()
  await origin.ask('flood', { group })
  await sleep(sliceMs)
  await origin.ask('flood', { group: null })
  const [events, lastAt] = await untilQuiet(() => readers.ask('seen', { group }))
  sums.events += events - eventsBefore
  sums.ms += lastAt - begunAt
  sums.cpuMs += (await proxies[group].ask('cpu')) / 1000 - cpuBefore / 1000
}

/** Asks until the answer stays the same. */
async function untilQuiet(ask) {
  let before
  for (let answer = await ask(); answer[0] !== before; answer = await ask()) {
    before = answer[0]
    await sleep(quietMs)
  }
  return ask()
}

/** The time that all processes of a machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

const nothing = () => ({ events: 0, ms: 0, cpuMs: 0 })

/** One round, with fresh processes: for each contender events a second, and microseconds of CPU for an event. */
function measure() {
  return withProxies(names, async (parts) => {
    for (const [group, port] of parts.ports.entries()) await parts.readers.ask('open', { port, count: streams, group })
    const groups = names.map((_, group) => group)
    for (const group of groups) await slice(parts, group, nothing()) // warm
    const sums = names.map(nothing)
    for (let turn = 0; turn < (seconds * 1000) / sliceMs; turn++) {
      for (const group of shuffle(groups)) await slice(parts, group, sums[group])
    }
    return sums.map(({ events, ms, cpuMs }) => ({ perSecond: (events / ms) * 1000, cpuUs: (cpuMs / events) * 1000 }))
  })
}

const results = Object.fromEntries(names.map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  const measured = await measure()
  for (const [group, name] of names.entries()) {
    results[name].push(measured[group])
    console.error(`round ${round + 1} ${name} ${JSON.stringify(measured[group])}`)
  }
}

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
