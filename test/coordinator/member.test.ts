/** How a group comes to its end, on the simulated clock; what it does until then is in the model test. */
import { expect, test } from 'vitest'
import { Simulation } from './simulation.js'

const seeds = Array.from({ length: 10 }, (_, seed) => seed)
const ways = ['lock', 'question'] as const

/** Three tabs that share one stream. */
async function share(seed: number, way: (typeof ways)[number]): Promise<Simulation> {
  const simulation = new Simulation({ seed, way })
  for (let count = 0; count < 3; count++) simulation.addTab()
  await simulation.run(2_000)
  return simulation
}

test.each(ways)('who ends the stream for all ends it in all tabs, and for good (%s)', async (way) => {
  for (const seed of seeds) {
    const simulation = await share(seed, way)
    const { connects } = simulation
    simulation.tabs[seed % 3]?.member?.leave(true)
    await simulation.run(5_000)
    expect(simulation.connections.size).toBe(0)
    expect(simulation.connects).toBe(connects)
  }
})

test.each(ways)('what the server ends is tried by nobody else (%s)', async (way) => {
  for (const seed of seeds) {
    const simulation = await share(seed, way)
    const { connects } = simulation
    simulation.endStatus = 404
    simulation.dropStreams()
    await simulation.run(5_000)
    expect(simulation.connects).toBe(connects)
    expect(simulation.connections.size).toBe(0)
    for (const tab of simulation.tabs) expect(tab.log.at(-1)).toContain('state 2')
  }
})
