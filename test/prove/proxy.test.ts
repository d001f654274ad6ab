/** Long proofs of the proxy: twenty sessions in a real browser, readers that never read, the real bound on slow requests. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { findBrowser, launchBrowser } from '../../src/browser/index.js'
import { createProxy } from '../../src/proxy/index.js'
import { playSession } from '../browser/proxy-session.js'
import { startOrigin } from '../proxy/support/origin.js'
import { asStream, rawClient } from '../proxy/support/raw-client.js'
import { startIdleReader, startTorrent } from '../proxy/support/torrent.js'
import { until } from '../proxy/support/until.js'
import { needs } from '../support/needs.js'

describe.each(['chromium', 'firefox-esr'])('twenty sessions of opening and closing tabs in %s', (program) => {
  test.runIf(needs(program))('after each step the ledger has the connections that the kernel has', async () => {
    const browserName = program === 'chromium' ? 'chromium' : 'firefox'
    await using browser = await launchBrowser(await findBrowser({ browser: browserName }))
    const differences: string[] = []
    let steps = 0
    for (let seed = 101; seed <= 120; seed++) {
      for (const step of await playSession(browser, seed, 15)) {
        steps++
        const isSame = (step.kernel ?? step.ledger) === step.ledger && step.streams[0] === step.streams[1]
        if (!isSame) differences.push(`${seed}: ${JSON.stringify(step)}`)
      }
    }
    console.log(`${program}: ${steps} steps compared`)
    expect(differences).toEqual([])
  })
})

test('a hundred readers that never read hold no more memory after 20 s than after 5 s', async () => {
  await using origin = await startTorrent()
  await using proxy = await createProxy({ target: origin.url })
  const clients = await Promise.all(Array.from({ length: 100 }, () => startIdleReader(proxy.port, asStream)))
  const settle = async (ms: number): Promise<number> => {
    await wait(ms)
    return process.memoryUsage().rss
  }
  const early = await settle(5000)
  const late = await settle(15_000)
  console.log(`RSS ${(early / 1e6).toFixed(0)} MB after 5 s, ${(late / 1e6).toFixed(0)} MB after 20 s`)
  expect(late - early).toBeLessThan(20 * 1024 * 1024)
  for (const client of clients) client.socket.destroy()
  await until(() => origin.sockets.size === 0)
})

test('a request that drips its header is cut within 15 s, and so is a silent connection', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'))
  await using proxy = await createProxy({ target: origin.url })
  const begun = performance.now()
  using slow = await rawClient(proxy.port, 'GET / HTTP/1.1\r\n')
  using silent = await rawClient(proxy.port)
  const drip = setInterval(() => slow.write('x: y\r\n'), 1000)
  await Promise.all([slow.ended(), silent.ended()])
  clearInterval(drip)
  expect(performance.now() - begun).toBeLessThan(15_500)
})
