/** How a group comes to its end, on the simulated clock; what it does until then is in the model test. */
import { expect, test } from 'vitest'
import { electAlone } from '../../src/coordinator/elect-alone.js'
import { electByLock } from '../../src/coordinator/elect-by-lock.js'
import type { SharedEvent } from '../../src/coordinator/history.js'
import { join } from '../../src/coordinator/member.js'
import { joinNatively } from '../../src/coordinator/native-member.js'
import type { KeepStream, KeptStreamListener } from '../../src/coordinator/transport.js'
import type { World } from '../../src/coordinator/world.js'
import { Tab } from './simulated-tab.js'
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

const plan = { channelName: 'group', url: 'http://host/events' }

/** A world that denies what a site may not have that may store nothing. */
function deny(world: World): World {
  const denied = () => new DOMException('The operation is insecure.', 'SecurityError')
  return {
    ...world,
    navigator: { locks: { request: () => Promise.reject(denied()) } as unknown as LockManager },
    BroadcastChannel: class {
      constructor() {
        throw denied()
      }
    } as unknown as typeof BroadcastChannel,
  }
}

test.each(['all of it', 'the smallest form'])(
  'where channels and locks are denied each tab has a stream of its own (%s)',
  async (form) => {
    const simulation = new Simulation({ seed: 1 })
    let streams = 0
    const keep = () => {
      streams++
      return { close() {}, hurry() {} }
    }
    for (let number = 0; number < 2; number++) {
      const world = deny(new Tab(simulation, number).world())
      if (form === 'all of it') join(world, plan, electByLock, keep, true, [], {})
      else joinNatively(world, plan, keep, true, {})
    }
    await new Promise((resolve) => setTimeout(resolve))
    expect(streams).toBe(2)
  },
)

test.each(['all of it', 'the smallest form'])(
  'what an app awaits goes on between two events that came together, in the leader and in who follows (%s)',
  async (form) => {
    const simulation = new Simulation({ seed: 1 })
    let read: KeptStreamListener['onEvents'] = () => {}
    const keep: KeepStream = (_lastId, _types, { onEvents }) => {
      read = onEvents
      return { close() {}, hurry() {} }
    }
    const logs = [0, 1].map((number) => {
      const log: string[] = []
      const world = new Tab(simulation, number).world()
      const listener = {
        onEvent([, data]: SharedEvent) {
          log.push(data)
          // As much as lies between an event and who awaits an async function that awaits it.
          const pause = async () => await undefined
          pause().then(() => log.push(`after ${data}`))
        },
      }
      if (form === 'all of it') join(world, plan, electByLock, keep, true, ['message'], { ...listener })
      else joinNatively(world, plan, keep, true, { ...listener })
      return log
    })
    await simulation.run(1_000)
    read(['a', 'b', 'c'].map((data, id): SharedEvent => ['message', data, `${id}`, 0, 0]))
    await new Promise((resolve) => setTimeout(resolve))
    await simulation.run(100)
    await new Promise((resolve) => setTimeout(resolve))
    for (const log of logs) expect(log).toEqual(['a', 'after a', 'b', 'after b', 'c', 'after c'])
  },
)

test('who leads alone is told so when it knows its member, and may leave at once', async () => {
  const simulation = new Simulation({ seed: 1 })
  const told: boolean[] = []
  let open = 0
  const keep = () => {
    open++
    return { close: () => open--, hurry() {} }
  }
  const member = join(new Tab(simulation, 0).world(), plan, electAlone, keep, true, [], {
    onLeaderChange: () => {
      told.push(member.isLeader())
      member.leave()
    },
  })
  await new Promise((resolve) => setTimeout(resolve))
  expect(told).toEqual([true])
  expect(open).toBe(0)
})
