import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type LaunchedBrowser, workIn } from '../../src/browser/index.js'

/** A browser as far as it matters here: one that can die, and be closed. */
function mortal() {
  let die: () => void = () => {}
  const died = new Promise<void>((resolve) => {
    die = resolve
  })
  let closed = 0
  const browser = { name: 'Chromium', died, close: async () => void closed++ }
  return { browser: browser as unknown as LaunchedBrowser, die: () => die(), closed: () => closed }
}

const hint = 'Run it again.'

test('work that waits for time to pass ends with the browser that it waits for', async () => {
  const { browser, die } = mortal()
  const signal = new AbortController().signal
  const working = workIn(browser, { signal, hint }, (own) => sleep(600_000, undefined, { signal: own }))
  die()
  await expect(working).rejects.toMatchObject({ code: 'browser-died', hint })
})

test('a call to a page fails a moment before its browser is seen to be gone', async () => {
  const { browser, die } = mortal()
  const working = workIn(browser, { signal: new AbortController().signal, hint }, () => {
    setTimeout(die, 20)
    return Promise.reject(new Error('Target closed'))
  })
  await expect(working).rejects.toMatchObject({ code: 'browser-died' })
})

test('whoever ends the run closes the browser, and its reason wins', async () => {
  const { browser, closed } = mortal()
  const stop = new AbortController()
  const working = workIn(browser, { signal: stop.signal, hint }, (own) => sleep(600_000, undefined, { signal: own }))
  stop.abort(new Error('enough'))
  await expect(working).rejects.toThrow('enough')
  expect(closed()).toBe(1)
})

test('a fault of the work is told as it is', async () => {
  const { browser } = mortal()
  const fault = new TypeError('ours')
  await expect(
    workIn(browser, { signal: new AbortController().signal, hint }, () => Promise.reject(fault)),
  ).rejects.toBe(fault)
})

test('work that does not notice that the browser is closed is left behind', async () => {
  const { browser } = mortal()
  const stop = new AbortController()
  const working = workIn(browser, { signal: stop.signal, hint }, () => new Promise(() => {}))
  stop.abort(new Error('enough'))
  await expect(working).rejects.toThrow('enough')
})
