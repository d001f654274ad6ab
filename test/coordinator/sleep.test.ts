/** What a member does when time or network jump, on the simulated clock. */
import { expect, test } from 'vitest'
import { Simulation } from './simulation.js'

test('after the machine slept the leader connects again, for the old connection may be dead without a word', async () => {
  const simulation = new Simulation({ seed: 1, everyMs: 20 })
  const tab = simulation.addTab()
  await simulation.run(30_000)
  expect(simulation.connects).toBe(1)
  for (const connection of simulation.connections) connection.deliver = () => {} // dead, and nobody says so
  simulation.clockOffset += 3_600_000
  await simulation.run(25_000)
  expect(simulation.connects).toBe(2)
  expect(tab.seen.length).toBeGreaterThan(1_000)
  expect(tab.seen).toEqual(Array.from({ length: tab.seen.length }, (_, index) => (tab.seen[0] ?? 0) + index))
})

test.each([
  ['back', -3_600_000],
  ['forward', 3_600_000],
])('a clock that is set %s by an hour loses nothing, doubles nothing, and ends with one stream', async (_way, ms) => {
  for (let seed = 0; seed < 20; seed++) {
    const simulation = new Simulation({ seed, everyMs: 20 })
    const tabs = [simulation.addTab(), simulation.addTab(), simulation.addTab()]
    await simulation.run(5_000)
    simulation.clockOffset += ms
    await simulation.run(seed * 10)
    const [leader, ...others] = tabs
    if (leader) simulation.close(leader)
    await simulation.run(100)
    const newcomer = simulation.addTab()
    await simulation.run(5_000)
    for (const tab of [...others, newcomer]) {
      expect(tab.seen).toEqual(Array.from({ length: tab.seen.length }, (_, index) => (tab.seen[0] ?? 0) + index))
      expect(tab.seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
      expect(tab.gaps).toBe(0)
    }
    expect(simulation.connections.size).toBe(1)
  }
})

test('timers that are held back for a minute are no sleep', async () => {
  const simulation = new Simulation({ seed: 1, everyMs: 20 })
  simulation.addTab()
  await simulation.run(1_000)
  simulation.clockOffset += 60_000
  await simulation.run(60_000)
  expect(simulation.connects).toBe(1)
})

test('when the network is back a leader that waits to reconnect does so at once', async () => {
  const simulation = new Simulation({ seed: 1, everyMs: 20, retryMs: 20_000 })
  const tab = simulation.addTab()
  await simulation.run(1_000)
  simulation.serverUp = false
  simulation.dropStreams()
  await simulation.run(5_000)
  simulation.serverUp = true
  const { connects } = simulation
  tab.fire('online')
  await simulation.run(100)
  expect(simulation.connects).toBe(connects + 1)
  expect(tab.seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
})

test.each(['lock', 'native'] as const)(
  'a quiet stream costs the leader nothing: no follower takes its place in an hour (%s)',
  async (way) => {
    const simulation = new Simulation({ seed: 1, everyMs: 600_000, way })
    const tabs = [simulation.addTab(), simulation.addTab(), simulation.addTab()]
    await simulation.run(3_600_000)
    expect(simulation.connects).toBe(1)
    if (way === 'lock') {
      expect(tabs.map((tab) => tab.log.filter((line) => line.endsWith('leads')).length)).toEqual([1, 0, 0])
    }
  },
)

test('in the smallest form a hidden leader reconnects too when a visible tab asks', async () => {
  const simulation = new Simulation({ seed: 1, everyMs: 20, way: 'native' })
  simulation.hiddenTimersMs = 60_000
  const leader = simulation.addTab()
  await simulation.run(500)
  const follower = simulation.addTab()
  await simulation.run(500)
  leader.visible = false
  simulation.dropStreams()
  await simulation.run(6_000)
  expect(simulation.connects).toBe(2)
  for (const { seen } of [leader, follower]) {
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) + index))
    expect(seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
  }
})

test('a hidden leader whose timers are held back for a minute reconnects on time when a visible tab waits', async () => {
  const simulation = new Simulation({ seed: 1, everyMs: 20, retryMs: 500 })
  simulation.hiddenTimersMs = 60_000
  const leader = simulation.addTab()
  await simulation.run(500)
  const follower = simulation.addTab()
  await simulation.run(500)
  leader.visible = false
  simulation.dropStreams()
  await simulation.run(4_000)
  expect(leader.member?.isLeader()).toBe(true)
  expect(simulation.connects).toBe(2)
  expect(follower.seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
})

/** Two tabs, of which the second has slept for longer than the first remembers. */
async function sleepLong(simulation: Simulation) {
  const [leader, sleeper] = [simulation.addTab(), simulation.addTab()]
  await simulation.run(5_000)
  simulation.freeze(sleeper)
  await simulation.run(90_000)
  simulation.thaw(sleeper, 'resume')
  return { leader, sleeper }
}

test.each(['lock', 'native'] as const)(
  'a tab that slept longer than the others remember resumes at the server for all, and loses nothing (%s)',
  async (way) => {
    const simulation = new Simulation({ seed: 1, everyMs: 20, way })
    const { leader, sleeper } = await sleepLong(simulation)
    await simulation.run(10_000)
    for (const { seen, gaps } of [leader, sleeper]) {
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) + index))
      expect(seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
      expect(gaps).toBe(0)
    }
    expect(simulation.connects).toBe(2)
    expect(simulation.connections.size).toBe(1)
  },
)

test.each(['lock', 'native'] as const)(
  'where the server cannot resume it is told of the gap, and the two do not take turns for ever (%s)',
  async (way) => {
    const simulation = new Simulation({ seed: 1, everyMs: 20, way })
    simulation.canResume = false
    const { leader, sleeper } = await sleepLong(simulation)
    await simulation.run(60_000)
    expect(leader.gaps + sleeper.gaps).toBeGreaterThan(0)
    expect(simulation.connects).toBeLessThan(6)
    expect(simulation.connections.size).toBe(1)
    for (const { seen } of [leader, sleeper]) {
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
    }
  },
)

test.each(['lock', 'native'] as const)('who was told of a gap misses nothing from then on (%s)', async (way) => {
  const simulation = new Simulation({ seed: 1, everyMs: 20, way })
  simulation.canResume = false
  const { sleeper } = await sleepLong(simulation)
  while (sleeper.gaps === 0) await simulation.run(1)
  const told = simulation.lastId
  await simulation.run(10_000)
  const after = sleeper.seen.filter((id) => id > told + 2)
  expect(after).toEqual(Array.from({ length: after.length }, (_, index) => told + 3 + index))
  expect(after.at(-1)).toBeGreaterThan(simulation.lastId - 5)
})
