import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectKnownChecks } from '../../src/budget/doctor-rules.js'
import { checkBudget } from '../../src/index.js'

const node = JSON.stringify(process.execPath)
/** A suite without a browser: its one request passes the proxy. */
const run = `${node} -e "fetch(process.env.SSE_COORD_URL).then(r => r.text())"`
const server = createServer((_request, response) => response.end('app'))
let target = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

test('a check that has nothing to look at is unknown at its level, and says what to name', async () => {
  const checks = { 'retry/missing': 'error', 'worker/intercepts': 'warning', 'idle/cut': 'off' } as const
  const { findings, exitCode } = await checkBudget({ run, target, env: process.env, budget: { checks } })
  expect(findings.filter(({ id }) => !id.startsWith('budget/'))).toMatchObject([
    {
      id: 'retry/missing',
      state: 'unknown',
      severity: 'error',
      reason: expect.stringContaining('name it under streams'),
      docs: 'docs/checks/retry-missing.md',
    },
    { id: 'worker/intercepts', state: 'unknown', severity: 'warning', reason: expect.stringContaining('under pages') },
  ])
  expect(exitCode).toBe(0)
})

test('a check that there is not is a mistake, with a guess', async () => {
  await expect(expectKnownChecks({ checks: { 'retry/mising': 'error' } })).rejects.toMatchObject({
    code: 'bad-config',
    message: 'There is no check retry/mising: did you mean retry/missing?',
  })
  await expect(expectKnownChecks({ checks: { 'budget/streams-per-tab': 'error' } })).rejects.toThrow(
    'There is no check',
  )
})
