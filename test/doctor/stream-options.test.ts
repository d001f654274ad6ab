import { expect, test } from 'vitest'
import { toStreamsPlan } from '../../src/doctor/stream-options.js'
import { type DiagnoseOptions, diagnose } from '../../src/index.js'
import { serve, steady } from '../support/stream-server.js'

test.each([
  [{ urls: ['localhost:3000/events'] }, "'localhost:3000/events' lacks its scheme: http://localhost:3000/events"],
  [{ urls: ['example.com'] }, "'example.com' lacks its scheme: http://example.com"],
  [{ urls: ['ftp://a/b'] }, "'ftp://a/b' is not http: or https:, which is all that EventSource can open."],
  [{ urls: ['./events'] }, "'./events' is no URL, such as http://localhost:3000/events."],
  [{ urls: ['file:///etc/hosts'] }, "'file:///etc/hosts' is no URL, such as http://localhost:3000/events."],
  [{ urls: ['C:\\events.txt'] }, "'C:\\events.txt' is no URL, such as http://localhost:3000/events."],
  [{ urls: ['http://a/'], origin: 'nowhere' }, "'nowhere' is no URL for origin, such as http://localhost:3000."],
  [{ urls: ['http://a/'], pageOrigin: 'page' }, "'page' is no URL for pageOrigin, such as http://localhost:3000."],
  [{ urls: ['http://a/'], for: 200 }, 'for is one second at least'],
  [{ urls: ['http://a/'], onlyChecks: ['retri'] }, "There is no check 'retri': did you mean retry?"],
  [
    { urls: ['http://a/'], skipChecks: ['retry/mising'] },
    "There is no check 'retry/mising': did you mean retry/missing?",
  ],
  [
    { urls: ['http://a/'], onlyChecks: ['retry'], skipChecks: ['retry'] },
    'No check is left: what is to be made is to be left out as well.',
  ],
  [{ via: 'http://a/' }, 'via needs listen: the port of 127.0.0.1 to which your proxy is pointed'],
] as [DiagnoseOptions, string][])('%j is refused in a sentence', async (options, message) => {
  await expect(diagnose(options)).rejects.toMatchObject({ message })
})

test('a run looks only at what its checks need', () => {
  const [stream] = toStreamsPlan({ urls: ['http://a/'], onlyChecks: ['response'] }, 8).streams
  expect([...(stream?.looks ?? [])]).toEqual(['watch'])
})

test('the path of the stream is looked for at the origin, unless it has one of its own', () => {
  const originOf = (origin: string) =>
    toStreamsPlan({ urls: ['http://a/events?b=1'], origin }, 8).streams[0]?.origin?.url.href
  expect(originOf('http://app:3000')).toBe('http://app:3000/events?b=1')
  expect(originOf('http://app:3000/raw')).toBe('http://app:3000/raw')
})

test('what the user sends to the stream goes to no other server', () => {
  const { streams } = toStreamsPlan(
    {
      urls: ['http://a/'],
      headers: [['Authorization', 'Bearer hush']],
      metrics: { url: 'http://b/metrics', metric: 'open' },
      via: 'http://c/',
      listen: 1,
    },
    8,
  )
  expect(JSON.stringify([streams[0]?.metrics, streams[0]?.via])).not.toContain('hush')
})

test('deep watches past the common time-outs', () => {
  expect(toStreamsPlan({ urls: ['http://a/'], deep: true }, 8).streams[0]?.watchMs).toBe(150_000)
  expect(toStreamsPlan({ urls: ['http://a/'] }, 8).streams[0]?.watchMs).toBe(20_000)
})

test('a run that is aborted ends at once with what it has, and says so', async () => {
  await using server = await serve(steady())
  const begun = performance.now()
  const report = await diagnose({ urls: [server.url], for: 20_000, signal: AbortSignal.timeout(700) })
  expect(performance.now() - begun).toBeLessThan(5000)
  expect(report).toMatchObject({ complete: false, exitCode: 130 })
  expect(report.streams?.[0]?.events).toBeGreaterThan(0)
  expect(report.findings.find(({ id }) => id === 'response/status')?.state).toBe('pass')
})

test('a run that looked for something else still tells that nothing answers, unless that is skipped', async () => {
  await using server = await serve((_request, response) => response.writeHead(503).end())
  const options = { urls: [server.url], for: 1000, onlyChecks: ['retry'] }
  const report = await diagnose(options)
  expect(report.findings.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'response/status fail',
    'retry/missing skip',
    'retry/extreme skip',
    'retry/herd skip',
  ])
  expect(report.exitCode).toBe(1)
  expect((await diagnose({ ...options, skipChecks: ['response'] })).exitCode).toBe(0)
})

test('no connection is left behind', async () => {
  await using server = await serve(steady())
  await diagnose({ urls: [server.url], for: 1000 })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.open).toBe(0)
})

test('streams whose URLs differ in their secrets alone share no finding', async () => {
  const stream = steady()
  await using server = await serve((request, response) => {
    if (request.url?.includes('valid')) stream(request, response)
    else response.writeHead(403).end()
  })
  const urls = ['valid', 'stale', 'wrong'].map((token) => `${server.url}?token=${token}-0123456789`)
  const report = await diagnose({ urls, for: 1000, onlyChecks: ['response/status'] })
  const shown = `${server.url}?token=***`
  expect(report.targets).toEqual([shown, `${shown}#2`, `${shown}#3`])
  expect(report.findings.map(({ target, state }) => [target, state])).toEqual([
    [shown, 'pass'],
    [`${shown}#2`, 'fail'],
    [`${shown}#3`, 'fail'],
  ])
})
