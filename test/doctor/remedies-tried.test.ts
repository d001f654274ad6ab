/** Every snippet of every stack is pasted by a test, or named here with the reason why not. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { anyServer } from '../../src/doctor/remedies/any-server.js'
import { remedies } from '../../src/doctor/remedies/index.js'

/** Tried by hand alone, or not at all. */
const notTried: Record<string, string> = {
  'any server http-version': 'the coordinator has tests of its own',
  'apache http-version': 'needs a certificate in its configuration; tried for nginx and HAProxy',
  'bun cut': 'Bun is none of the programs that the tests install',
  'bun no-heartbeat': 'Bun is none of the programs that the tests install',
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
