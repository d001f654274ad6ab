/** What only the smallest form's own member does; the rest is in the model test and the contract. */
import { expect, test } from 'vitest'
import type { Sharer } from '../../src/coordinator/membership.js'
import { joinNatively } from '../../src/coordinator/native-member.js'
import { nameGroup } from '../../src/coordinator/plan.js'
import type { KeepStream } from '../../src/coordinator/transport.js'
import type { World } from '../../src/coordinator/world.js'
import { Tab } from './simulated-tab.js'
import { Simulation } from './simulation.js'

const plan = { channelName: 'group', url: 'http://host/events' }

/** Keeps nothing open, and notes the types that it was asked for. */
function keepNothing(asked: Set<string>): KeepStream {
  return (_lastId, types) => {
    const hurry = () => {
      for (const type of types) asked.add(type)
    }
    hurry()
    return { close() {}, hurry }
  }
}

function joinWith(world: World, types: Set<string>): Sharer {
  return joinNatively(world, plan, keepNothing(types), true, {})
}

test('foreign and malformed messages on its channel are ignored', async () => {
  const simulation = new Simulation({ seed: 1, way: 'native' })
  const tabs = [simulation.addTab(), simulation.addTab()]
  await simulation.run(500)
  const { BroadcastChannel } = new Tab(simulation, 9).world()
  const channel = new (BroadcastChannel as typeof globalThis.BroadcastChannel)(nameGroup('native', plan))
  const place = ['', '', '1', 0, 0]
  const far = 9e99
  const wrong = [null, 'text', [], {}, [far], ['lead', far, 1, '', '', ['message'], [place], '']]
  const parts = [[], null, [null], [['message']], [[1, 2, 3, 4, 5]]].map((events) => [far, 1, '', ['a'], false, events])
  for (const message of [...wrong, ...parts, [far, 1, '', [], false, [place]]]) channel.postMessage(message)
  await simulation.run(2_000)
  expect(simulation.connects).toBe(1)
  for (const { seen } of tabs) {
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) + index))
    expect(seen.at(-1)).toBeGreaterThan(simulation.lastId - 5)
  }
})

test('the leader listens for the types that a follower asks for', async () => {
  const simulation = new Simulation({ seed: 1 })
  const [one, other] = [new Tab(simulation, 0).world(), new Tab(simulation, 1).world()]
  const asked = [new Set<string>(), new Set<string>()]
  joinWith(one, asked[0] as Set<string>)
  await simulation.run(100)
  const follower = joinWith(other, asked[1] as Set<string>)
  follower.addType('tick')
  await simulation.run(100)
  expect(asked.map((types) => [...types])).toEqual([['message', 'tick'], []])
})

test('a leader listens once for the types of a question, however many they are', async () => {
  const simulation = new Simulation({ seed: 1 })
  const asked = new Set<string>()
  const keep = keepNothing(asked)
  let looks = 0
  joinNatively(
    new Tab(simulation, 0).world(),
    plan,
    (...rest) => {
      const stream = keep(...rest)
      const hurry = () => {
        looks++
        stream.hurry()
      }
      return { ...stream, hurry }
    },
    true,
    {},
  )
  await simulation.run(100)
  const follower = joinWith(new Tab(simulation, 1).world(), new Set())
  for (let type = 0; type < 100; type++) follower.addType(`type ${type}`)
  await simulation.run(100)
  expect(asked.size).toBe(101)
  // One question for each type, and one for itself.
  expect(looks).toBeLessThan(110)
})

test('without Web Locks each has a stream of its own, and says nothing to the others', async () => {
  const simulation = new Simulation({ seed: 1 })
  let said = 0
  simulation.trace = () => said++
  const asked = [new Set<string>(), new Set<string>()]
  for (const [index, types] of asked.entries()) {
    const world: World = { ...new Tab(simulation, index).world(), navigator: {} }
    joinWith(world, types)
  }
  await simulation.run(1_000)
  expect(asked.map((types) => [...types])).toEqual([['message'], ['message']])
  expect(said).toBe(0)
})
