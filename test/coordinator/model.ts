/** Random histories of a group, and what must hold in all of them. */
import fc from 'fast-check'
import type { Tab } from './simulated-tab.js'
import { Simulation, type Way } from './simulation.js'

/** One thing that happens, `afterMs` after the one before. */
export type Act = { afterMs: number; tab: number } & (
  | { kind: 'join' | 'close' | 'crash' | 'freeze' | 'bfcache' | 'thaw' | 'show' | 'stepBack' | 'drop' }
  | { kind: 'hang' | 'serverDown'; ms: number }
  | { kind: 'clock'; ms: number }
)

export interface Scenario {
  seed: number
  everyMs: number
  tabs: number
  /** How many of the last events newcomers want. */
  replay: number
  acts: Act[]
}

const kinds = (['join', 'close', 'crash', 'freeze', 'bfcache', 'thaw', 'show', 'stepBack', 'drop'] as const).map(
  (kind) => fc.constant(kind),
)

const act: fc.Arbitrary<Act> = fc
  .record({
    // Most acts follow in the middle of a hand-over, some after all is quiet again.
    afterMs: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.integer({ min: 0, max: 5000 })),
    tab: fc.nat({ max: 9 }),
    what: fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: fc.oneof(...kinds) }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('hang' as const), ms: fc.integer({ min: 1, max: 8000 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('serverDown' as const), ms: fc.integer({ min: 1, max: 3000 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('clock' as const), ms: fc.integer({ min: 0, max: 5000 }) }),
      },
    ),
  })
  .map(({ what, ...rest }) => ({ ...rest, ...what }))

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer(),
  everyMs: fc.constantFrom(20, 20, 200, 5000),
  tabs: fc.integer({ min: 1, max: 6 }),
  replay: fc.constantFrom(0, 0, 3),
  acts: fc.array(act, { maxLength: 25 }),
})

/** How long the group may take to be whole again once somebody visible and responsive is there. */
const boundMs = 8_000

/** Two responsive tabs may have a stream at once for this long, while one hands over to the other. */
const handOverMs = 200

export async function play(
  scenario: Scenario,
  way: Way = 'lock',
  trace?: Simulation['trace'],
): Promise<{ simulation: Simulation; faults: string[] }> {
  const simulation = new Simulation({ ...scenario, way })
  simulation.trace = trace
  for (let tab = 0; tab < scenario.tabs; tab++) simulation.addTab()
  await simulation.run(300)
  for (const act of scenario.acts) {
    await simulation.run(act.afterMs)
    perform(simulation, act)
  }
  // All that stopped goes on, and somebody is there to watch.
  simulation.serverUp = true
  for (const tab of simulation.tabs) {
    if (!tab.alive) continue
    if (tab.frozen) simulation.thaw(tab, 'resume')
    tab.visible = true
    simulation.taskAt(simulation.now, tab, () => tab.fire('visibilitychange'))
  }
  const rest = simulation.tabs.some((tab) => tab.alive)
  const hung = Math.max(0, ...simulation.tabs.map((tab) => tab.busyUntil - simulation.now))
  await simulation.run(hung + boundMs)
  const faults: string[] = []
  for (const tab of simulation.tabs) faults.push(...faultsOf(tab))
  if (rest) {
    // Whatever is in flight has arrived when the server holds still.
    const streams = simulation.connections.size
    if (streams !== 1) faults.push(`${streams} streams at the end`)
    const { lastId } = simulation
    await simulation.run(Math.max(500, 3 * scenario.everyMs))
    for (const tab of simulation.tabs) {
      if (tab.alive && (tab.seen.at(-1) ?? 0) < lastId) {
        faults.push(`tab ${tab.number} has ${tab.seen.at(-1)} of ${lastId} at the end`)
      }
    }
  }
  if (simulation.longestDoubleMs > handOverMs) {
    faults.push(`two streams for ${Math.round(simulation.longestDoubleMs)} ms`)
  }
  return { simulation, faults }
}

function faultsOf(tab: Tab): string[] {
  const faults: string[] = []
  if (tab.gaps) faults.push(`tab ${tab.number} was told of a gap`)
  for (let index = 1; index < tab.seen.length; index++) {
    const [before = 0, id = 0] = tab.seen.slice(index - 1, index + 1)
    if (id !== before + 1) {
      faults.push(`tab ${tab.number} saw ${id} after ${before}`)
      break
    }
  }
  return faults
}

function perform(simulation: Simulation, act: Act): void {
  if (act.kind === 'join') {
    simulation.addTab()
    return
  }
  if (act.kind === 'drop') {
    simulation.dropStreams()
    return
  }
  if (act.kind === 'clock') {
    simulation.clockOffset += act.ms
    return
  }
  if (act.kind === 'serverDown') {
    simulation.serverUp = false
    simulation.dropStreams()
    simulation.taskAt(simulation.now + act.ms, undefined, () => {
      simulation.serverUp = true
    })
    return
  }
  const alive = simulation.tabs.filter((tab) => tab.alive)
  const tab = alive[act.tab % Math.max(1, alive.length)]
  if (!tab) return
  if (act.kind === 'thaw') {
    if (tab.frozen) simulation.thaw(tab, act.tab % 2 ? 'resume' : 'pageshow')
    return
  }
  if (act.kind === 'crash') {
    simulation.crash(tab)
    return
  }
  // The rest are things that a page does or is told, which one that hangs or sleeps is not.
  if (!tab.responsive) return
  if (act.kind === 'close') simulation.close(tab)
  else if (act.kind === 'freeze') simulation.freeze(tab)
  else if (act.kind === 'bfcache') simulation.hide(tab)
  else if (act.kind === 'hang') simulation.hang(tab, act.ms)
  else if (act.kind === 'stepBack') tab.member?.demoteToFollower()
  else {
    for (const other of alive) other.visible = other === tab
    for (const other of alive) if (other.responsive) other.fire('visibilitychange')
  }
}
