import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.js'
import { startOrigin } from '../proxy/support/origin.js'
import { get, rawClient } from '../proxy/support/raw-client.js'
import { until } from '../proxy/support/until.js'
import { createProcess } from './fake-process.js'

test.each([
  ['as a line', [], /^! http:\/\/app\.test\/page keeps its own EventSource\. Its Content-Security-Policy .*\.$/m],
  [
    'as JSON',
    ['--json'],
    /^\{"type":"injection-failed","page":"http:\/\/app\.test\/page","reason":"policy",.*"count":1\}$/m,
  ],
])('a page that cannot have the coordinator is told of %s', async (_how, args, words) => {
  await using app = await startOrigin((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "script-src 'none'" })
      .end('<p>page')
  })
  const process = createProcess(['proxy', '--port', '0', '--no-dashboard', '--inject', 'coordinator', ...args, app.url])
  const ended = run(process)
  const port = (): string | undefined => /127\.0\.0\.1:(\d+)/.exec(process.stdout.text)?.[1]
  await until(() => port() !== undefined)
  using client = await rawClient(Number(port()), get('/page', { 'sec-fetch-dest': 'document' }))
  await client.receives('<p>page')
  await until(() => words.test(process.stdout.text))
  process.emit('SIGINT')
  expect(await ended).toBe(130)
})
