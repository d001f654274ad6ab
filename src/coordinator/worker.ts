/**
 * What runs in the SharedWorker, built to `dist/coordinator.worker.js`: one member for each group that a tab introduces,
 * for as long as a tab of that group is there.
 */
import { choose } from './choose.js'
import { electByLock } from './elect-by-lock.js'
import type { Member } from './membership.js'
import { nameGroup } from './plan.js'
import { requestFor } from './request.js'
import type { Introduction } from './shared-worker.js'
import { thisWorld } from './world.js'

/** The groups, and how many tabs have introduced themselves to each. */
const groups = new Map<string, { member: Member; tabs: number }>()

function meet({ plan, presence }: Introduction, port: MessagePort): void {
  const name = nameGroup('lock', plan)
  const group = groups.get(name) ?? {
    member: choose(
      thisWorld,
      { ...plan, strategy: electByLock },
      requestFor(plan),
    )(['message'], {
      onState: (state) => state === 2 && groups.delete(name),
    }),
    tabs: 0,
  }
  groups.set(name, group)
  group.tabs++
  // By the time the query is answered the member's own request is in the queue, before any of the tab's.
  navigator.locks.query().finally(() => port.postMessage('standing'))
  // Ports do not say when their other end is gone; the tab's lock does.
  thisWorld.navigator?.locks
    ?.request(presence, () => {
      if (--group.tabs > 0 || groups.get(name) !== group) return
      group.member.leave()
      groups.delete(name)
    })
    .catch(() => {})
}

const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void }

scope.onconnect = ({ ports: [port] }) => {
  if (port) port.onmessage = ({ data }: MessageEvent<Introduction>) => meet(data, port)
}
