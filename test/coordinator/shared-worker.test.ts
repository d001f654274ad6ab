/** What a tab does where there can be no SharedWorker; what it does with one is in test/browser. */
import { afterEach, expect, test, vi } from 'vitest'
import { join } from '../../src/coordinator/member.js'
import { sharedWorker } from '../../src/coordinator/shared-worker.js'
import { Tab } from './simulated-tab.js'
import { Simulation } from './simulation.js'

afterEach(() => vi.unstubAllGlobals())

/** The streams that two tabs open within a second. */
async function share(): Promise<number> {
  const simulation = new Simulation({ seed: 1 })
  let streams = 0
  const keep = () => {
    streams++
    return { close() {}, hurry() {} }
  }
  const elect = sharedWorker({ url: '/coordinator.worker.js' })
  for (let number = 0; number < 2; number++) {
    join(new Tab(simulation, number).world(), { url: 'http://host/events' }, elect, keep, true, [], {})
  }
  await simulation.run(1_000)
  return streams
}

test('where there are no SharedWorkers the tabs share by locks', async () => {
  vi.stubGlobal('SharedWorker', undefined)
  expect(await share()).toBe(1)
})

test('where a worker may not be made, as of another origin, the tabs share by locks', async () => {
  vi.stubGlobal(
    'SharedWorker',
    class {
      constructor() {
        throw new DOMException('not of this origin', 'SecurityError')
      }
    },
  )
  expect(await share()).toBe(1)
})

test('who joins and leaves in one tick, as under StrictMode, leaves no lock behind', async () => {
  const introduced: unknown[] = []
  vi.stubGlobal(
    'SharedWorker',
    class {
      port = { postMessage: (words: unknown) => introduced.push(words), close() {} }
    },
  )
  const simulation = new Simulation({ seed: 1 })
  const world = new Tab(simulation, 0).world()
  const { locks } = world.navigator as { locks: LockManager }
  const held = new Set<string>()
  const counting = {
    async request(name: string, ...[first, hold]: [LockOptions, () => unknown] | [() => unknown]) {
      held.add(name)
      const [options, grant] = hold ? [first as LockOptions, hold] : [{}, first as () => unknown]
      await locks.request(name, options, grant).finally(() => held.delete(name))
    },
  }
  const member = join(
    { ...world, navigator: { locks: counting as unknown as LockManager } },
    { url: 'http://host/events' },
    sharedWorker({ url: '/coordinator.worker.js' }),
    () => ({ close() {}, hurry() {} }),
    true,
    [],
    {},
  )
  member.leave()
  await simulation.run(1_000)
  expect([...held]).toEqual([])
  expect(introduced).toEqual([])
})
