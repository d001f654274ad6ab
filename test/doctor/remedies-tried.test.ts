/** Every snippet of every stack is pasted by a test, or named here with the reason why not. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { appChecks } from '../../src/doctor/app/index.js'
import type { Verdict } from '../../src/doctor/check.js'
import { checks } from '../../src/doctor/checks/index.js'
import { anyServer } from '../../src/doctor/remedies/any-server.js'
import { remedies } from '../../src/doctor/remedies/index.js'
import { streamChecks } from '../../src/doctor/stream-checks.js'
import { appOf } from '../support/app-evidence.js'
import { evidenceOf } from '../support/evidence.js'
import { streamOf } from '../support/stream-evidence.js'

/** Tried by hand alone, or not at all. */
const notTried: Record<string, string> = {
  'any server http-version': 'the coordinator has tests of its own',
  'apache http-version': 'needs a certificate in its configuration; tried for nginx and HAProxy',
  'bun cut': 'Bun is none of the programs that the tests install',
  'bun no-heartbeat': 'Bun is none of the programs that the tests install',
  ...Object.fromEntries(
    ['compressed', 'late-headers', 'cacheable', 'no-heartbeat', 'retry', 'herd', 'ids', 'resume', 'leaks'].map(
      (trouble) => [
        `python ${trouble}`,
        'tried by hand with Flask, Django and FastAPI, which the tests do not install',
      ],
    ),
  ),
}

const tests = ['remedies.test.ts', 'remedies-code.test.ts', 'remedies-findings.test.ts', 'fronts.test.ts']
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .join('\n')

const stacks = Object.entries({ ...remedies, 'any server': anyServer })

/** `remedies.nginx.snippets.cut`, `anyServer.snippets['late-headers']`. */
function isPasted(stack: string, trouble: string): boolean {
  const owner = stack === 'any server' ? 'anyServer' : `remedies.${stack}`
  return [`${owner}.snippets.${trouble}`, `${owner}.snippets['${trouble}']`].some((text) => tests.includes(text))
}

test('no snippet is printed that nobody has pasted', () => {
  const untried = stacks.flatMap(([stack, { snippets }]) =>
    Object.entries(snippets)
      .filter(([trouble]) => !isPasted(stack, trouble))
      // What stands word for word in another of its snippets is tried with that.
      .filter(([, text]) => !Object.entries(snippets).some(([other, same]) => same === text && isPasted(stack, other)))
      .map(([trouble]) => `${stack} ${trouble}`),
  )
  expect(untried.filter((name) => notTried[name] === undefined)).toEqual([])
  // Nor is one called untried that is not.
  expect(Object.keys(notTried).filter((name) => !untried.includes(name))).toEqual([])
})

/** What checks print of their own, and is nothing to paste; or is tried in another way. */
const advice: Record<string, string> = {
  'auth/token-in-url': 'a change of how an app signs in',
  'browser/no-stall': 'the name of another browser',
  'client/stream-refused': 'what to allow, or to look at, by what said no',
  'connection/unreachable': 'what to look at: server, port, name, certificate',
  'failover/slow': 'for the self-test, a run of its own; for an app the coordinator, which has tests of its own',
  'failover/lossy': 'the coordinator and the server kit, which have tests of their own',
  'h2/connection-header': 'a line to take out; tried for nginx with the line and without it',
  'lifetime/platform-cap': 'a setting of a platform that the tests cannot install',
  'server/one-at-a-time': 'settings of servers that the tests do not install; tried by hand with Flask and wsgiref',
  'response/status': 'what to look at, by status',
}

const printedTests = ['./remedies-printed.test.ts', '../prove/client-snippets.test.ts']
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .join('\n')

const shared = new Set(stacks.flatMap(([, { snippets }]) => Object.values(snippets)))

function printsItsOwn(verdict: Verdict): boolean {
  return verdict.state === 'fail' && verdict.fixes.some(({ snippet }) => !shared.has(snippet))
}

test('what a terminal must not break is short enough for one of 80 columns', () => {
  const indent = 8
  const printed = [
    ...stacks.flatMap(([, { snippets }]) => Object.values(snippets)),
    ...streamChecks.flatMap((check) => snippetsOf(check.judge(streamOf(check.id, 'fail')))),
  ]
  // A break in a template would be sent; behind one in a comment the rest would be no comment.
  const brittle = printed.flatMap((text) => text.split('\n')).filter((line) => /`|^ *(\/\/|#)| {2}(\/\/|#) /.test(line))
  expect(brittle.length).toBeGreaterThan(20)
  expect(brittle.filter((line) => line.length > 80 - indent)).toEqual([])
})

function snippetsOf(verdict: Verdict): string[] {
  return verdict.state === 'fail' ? verdict.fixes.map(({ snippet }) => snippet) : []
}

test('nothing that a check prints of its own is left untried', () => {
  const appName = (id: string) => (/^(tabs\/stall|failover\/)/.test(id) ? `app-${id}` : id)
  const own: string[] = [
    ...checks.filter((check) => printsItsOwn(check.judge(evidenceOf(check.id, 'fail')))),
    ...streamChecks.filter((check) => printsItsOwn(check.judge(streamOf(check.id, 'fail')))),
    ...appChecks.filter((check) => printsItsOwn(check.judge(appOf(appName(check.id), 'fail')))),
  ].map(({ id }) => id)
  const untried = [...new Set(own)].filter((id) => !printedTests.includes(`'${id}'`))
  expect(untried.filter((id) => advice[id] === undefined)).toEqual([])
  expect(Object.keys(advice).filter((id) => !untried.includes(id))).toEqual([])
})
