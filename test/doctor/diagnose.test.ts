import { expect, test } from 'vitest'
import { diagnose } from '../../src/doctor/diagnose.js'

test.each([
  [{ url: 'http://localhost:3000/events' } as object, 'diagnose knows no option url: did you mean urls?'],
  [{ zzzzzz: 1 } as object, 'diagnose knows no option zzzzzz.'],
  [{ tabs: 1 }, 'tabs must be a whole number from 2 to 50, not 1'],
  [{ tabs: 51 }, 'tabs must be a whole number from 2 to 50, not 51'],
  [{ tabs: 7.5 }, 'tabs must be a whole number'],
  [{ trials: 0 }, 'trials must be a whole number from 1 to 20, not 0'],
  [{ only: ['tbas' as 'tabs'] }, 'only must hold tabs or failover, not tbas'],
  [{ only: [] }, 'only must hold tabs or failover'],
])('%o is refused by name', async (options, words) => {
  await expect(diagnose(options)).rejects.toMatchObject({ code: 'bad-option', message: expect.stringContaining(words) })
})

test('a browser that does not exist gives a report that says so, with exit code 2', async () => {
  const report = await diagnose({ browser: '/nonexistent/chromium' })
  expect(report).toMatchObject({
    complete: false,
    exitCode: 2,
    error: { code: 'browser-not-found', message: expect.stringContaining('/nonexistent/chromium') },
    environment: { browser: null },
    experiments: {},
    summary: { passed: 0, failed: 0, unknown: 4 },
  })
})

test('beside a stream it is refused before the stream is watched', async () => {
  const options = {
    urls: ['http://127.0.0.1:9/'],
    app: { url: 'http://127.0.0.1:9/' },
    browser: '/nonexistent/chromium',
  }
  const heard: string[] = []
  const running = diagnose({ ...options, onProgress: ({ id }) => void heard.push(id) })
  await expect(running).rejects.toMatchObject({ code: 'browser-not-found' })
  expect(heard).toEqual([])
})

test('a request that HTTP cannot carry stops every look, and is told once', async () => {
  const report = await diagnose({ urls: ['http://127.0.0.1:1/events'], headers: [['x-user', 'Zoë €']], for: 1000 })
  expect(report).toMatchObject({
    exitCode: 2,
    error: { code: 'bad-option', message: expect.stringContaining('x-user') },
  })
  await new Promise((resolve) => setTimeout(resolve, 100)) // what else has failed would be heard of by now
})

test('a run aborted before it began gives a report too, with exit code 130', async () => {
  expect(await diagnose({ signal: AbortSignal.abort() })).toMatchObject({
    complete: false,
    exitCode: 130,
    experiments: {},
  })
})
