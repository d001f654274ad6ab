import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import type { WatchExchange } from '../../src/proxy/exchanges.js'
import { createHarLog } from '../../src/proxy/har.js'
import type { Proxy as DevProxy } from '../../src/proxy/index.js'

/** A log, and how to have it told of a request whose headers have so many characters. */
function startLog() {
  let watch: WatchExchange | undefined
  const proxy = {
    ledger: { streams: () => [] },
    watchExchanges(watcher: WatchExchange) {
      watch = watcher
      return () => {}
    },
  } as unknown as DevProxy
  const log = createHarLog(proxy)
  const tell = (url: string, length: number) => {
    const request = { url, method: 'GET', headers: {}, rawHeaders: ['x-long', 'x'.repeat(length)], socket: {} }
    return watch?.({ request: request as unknown as IncomingMessage, origin: 'http://a', at: 0 })
  }
  const urls = () => log.read().log.entries.map(({ request }) => request.url)
  return { log, tell, urls }
}

test('a HAR log keeps the headers that came last, of requests and of answers', () => {
  const { log, tell, urls } = startLog()
  const first = tell('/0', 10)
  for (let index = 1; index <= 40; index++) tell(`/${index}`, 1_000_000)
  expect(urls()).toEqual(Array.from({ length: 31 }, (_, index) => `http://a/${index + 10}`))
  expect(log.read().log.comment).toBe('10 older exchanges are not in it.')
  first?.head({ status: 200, headers: [['x-long', 'x'.repeat(20_000_000)]] }, 0, null) // of one that is forgotten
  expect(urls()).toHaveLength(31)
  tell('/last', 10)?.head({ status: 200, headers: [['x-long', 'x'.repeat(20_000_000)]] }, 0, null)
  expect(urls()).toHaveLength(12)
})
