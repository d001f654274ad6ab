import { expect, test } from 'vitest'
import { createChannel, createSessionOn, type Outlet, type OutletListener } from '../../src/server/index.js'
import { until } from './support/until.js'

/** A carrier that nobody here wrote would look like this. */
function createMemoryOutlet() {
  let listener: OutletListener | undefined
  const state = { text: '', isFree: true, ended: false, destroyed: false, drain: () => listener?.onDrain() }
  const outlet: Outlet = {
    isOpen: true,
    open(preamble, given) {
      listener = given
      state.text += preamble?.bytes.toString() ?? ''
    },
    write(batch) {
      state.text += batch.bytes.toString()
      return state.isFree
    },
    end() {
      state.ended = true
      listener?.onClose()
    },
    destroy() {
      state.destroyed = true
      listener?.onClose()
    },
  }
  return { outlet, state }
}

test('a session runs on any carrier', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, 'id-7', { retry: false })
  const channel = createChannel().register(session)
  session.push('a')
  await until(() => state.text.includes('"a"'))
  expect(session.lastEventId).toBe('id-7')
  await channel.close()
  expect(state.ended).toBe(true)
})

test('nothing is written until the carrier has room again', async () => {
  const { outlet, state } = createMemoryOutlet()
  const session = createSessionOn(outlet, '', { retry: false })
  state.isFree = false
  session.push(1)
  await until(() => state.text !== '')
  session.push(2)
  const drained = session.drained()
  await new Promise((resolve) => setImmediate(resolve))
  expect(state.text).toBe('data: 1\n\n')
  state.isFree = true
  state.drain()
  await drained
  expect(state.text).toBe('data: 1\n\ndata: 2\n\n')
  await session.close()
})
