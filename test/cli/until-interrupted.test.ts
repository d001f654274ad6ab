import { expect, test } from 'vitest'
import { untilInterrupted } from '../../src/cli/until-interrupted.js'
import { createProcess } from './fake-process.js'

test('Ctrl-C closes what was started, and listens no more', async () => {
  const process = createProcess([])
  let closed = 0
  const done = untilInterrupted({ process }, { close: async () => void closed++ })
  process.emit('SIGINT')
  expect(await done).toBe(true)
  expect(closed).toBe(1)
  expect(process.listenerCount('SIGINT')).toBe(0)
})

test('Ctrl-Break of Windows does the same', async () => {
  const process = createProcess([])
  const done = untilInterrupted({ process }, { close: async () => {} })
  process.emit('SIGBREAK')
  expect(await done).toBe(true)
  expect(process.listenerCount('SIGBREAK')).toBe(0)
})

test('an end of its own closes too, and a failure is passed on', async () => {
  const process = createProcess([])
  let closed = 0
  const started = { close: async () => void closed++ }
  expect(await untilInterrupted({ process }, started, { ended: Promise.resolve() })).toBe(false)
  await expect(untilInterrupted({ process }, started, { ended: Promise.reject(new Error('gone')) })).rejects.toThrow(
    'gone',
  )
  expect(closed).toBe(2)
})

test('a second Ctrl-C ends the process while the first is still closing', async () => {
  const process = createProcess([])
  let finish = () => {}
  const closing = new Promise<void>((resolve) => {
    finish = resolve
  })
  const done = untilInterrupted({ process }, { close: () => closing })
  process.emit('SIGTERM')
  process.emit('SIGINT')
  expect(process.exits).toEqual([130])
  finish()
  await done
})
