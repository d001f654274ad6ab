import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { ownersAt } from '../../src/budget/browser-owners.js'
import { browsersAtOnce, type HeldConnection, watchBrowsers } from '../../src/budget/watch-browsers.js'
import { createProxy, Ledger } from '../../src/proxy/index.js'

/** A connection of one browser, from one moment to another. */
function connection(browser: number, openedAt: number, closedAt: number | null): HeldConnection {
  return { browser, openedAt, closedAt }
}

test('browsers are counted that held connections at the same moment', () => {
  expect(browsersAtOnce([])).toBe(0)
  expect(browsersAtOnce([connection(1, 0, 100), connection(1, 50, null)])).toBe(1)
  expect(browsersAtOnce([connection(1, 0, 100), connection(2, 200, null)])).toBe(1)
  expect(browsersAtOnce([connection(1, 0, 250), connection(2, 200, null)])).toBe(2)
  expect(browsersAtOnce([connection(1, 0, null), connection(2, 10, 60), connection(3, 70, null)])).toBe(2)
  expect(browsersAtOnce([connection(1, 0, null), connection(2, 10, 90), connection(3, 30, null)])).toBe(3)
})

test('one browser that leaves as the next one comes is alone', () => {
  expect(browsersAtOnce([connection(1, 0, 205), connection(2, 200, null)])).toBe(1)
  expect(browsersAtOnce([connection(1, 0, null), connection(2, 200, 205)])).toBe(1)
})

test('visits count that are over before the look at them is', async () => {
  const ledger = new Ledger()
  let endLook = () => {}
  const looked = new Promise<void>((resolve) => {
    endLook = resolve
  })
  const watch = watchBrowsers(ledger, async (clientPorts) => {
    await looked
    return new Map(clientPorts.map((clientPort) => [clientPort, clientPort]))
  })
  const first = ledger.openSocket('http://own', 1001)
  const second = ledger.openSocket('http://own', 1002)
  await new Promise((resolve) => setTimeout(resolve, 60))
  first.close()
  second.close()
  endLook()
  await expect.poll(() => watch.most()).toBe(2)
  watch.close()
})

test('where nobody can tell who connects, nothing is counted', async () => {
  const ledger = new Ledger()
  const watch = watchBrowsers(ledger, null)
  ledger.openSocket('http://own', 1001)
  expect(await watch.most()).toBe(0)
  watch.close()
})

test.runIf(process.platform === 'linux')(
  'two browsers are told apart without a stream, and from what is no browser',
  async () => {
    await using proxy = await createProxy({ target: 'http://127.0.0.1:9' })
    const watch = watchBrowsers(proxy.ledger, ownersAt(proxy.port))
    const clients = ['chromium', 'firefox', 'curl'].map((name) => holdConnection(name, proxy.port))
    try {
      await expect.poll(() => proxy.ledger.snapshot().totals?.sockets).toBe(4)
      await expect.poll(() => watch.most(), { timeout: 10_000 }).toBe(2)
    } finally {
      watch.close()
      for (const client of clients) client.kill()
      await Promise.all(clients.map((client) => once(client, 'exit')))
    }
  },
)

/** A process of that name with a connection to a port, and the first one’s with a second. */
function holdConnection(name: string, port: number): ReturnType<typeof spawn> {
  const code = `process.title = ${JSON.stringify(name)}
    require('node:net').connect(${port}, '127.0.0.1')
    if (${name === 'chromium'}) require('node:net').connect(${port}, '127.0.0.1')`
  return spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
}
