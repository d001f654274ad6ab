/** What becomes of a member whose request for the lock is refused; who gets it is in the model test. */
import { expect, test } from 'vitest'
import type { Election } from '../../src/coordinator/elect.js'
import { queueForLock } from '../../src/coordinator/elect-by-lock.js'
import type { World } from '../../src/coordinator/world.js'

/** A member in a browser that answers every request with that error, and what it hears. */
function refusedWith(name: string): { election: Election; heard: string[] } {
  const heard: string[] = []
  const request = () => Promise.reject(new DOMException('refused', name))
  const world = { navigator: { locks: { request } } } as unknown as World
  const hear = (word: string) => () => void heard.push(word)
  const election = queueForLock(world, 'group', hear('elected'), hear('deposed'), hear('alone'))
  return { election, heard }
}

test.each([
  ['stolen', 'AbortError', ['deposed']],
  ['denied', 'SecurityError', ['alone']],
  ['not to be had', 'InvalidStateError', ['alone']],
])('where the lock is %s (%s) the member is told %s', async (_how, name, words) => {
  const { election, heard } = refusedWith(name)
  election.stand()
  await new Promise((resolve) => setTimeout(resolve))
  expect(heard).toEqual(words)
})

test('who has given up its place is told nothing', async () => {
  const { election, heard } = refusedWith('AbortError')
  election.stand()
  election.close()
  await new Promise((resolve) => setTimeout(resolve))
  expect(heard).toEqual([])
})
