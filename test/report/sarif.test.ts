import { expect, test } from 'vitest'
import { renderSarif } from '../../src/report/sarif.js'
import { checks, finding, hostile, report, reports } from './fixtures.js'
import { sarifFaults } from './support/schemas.js'

const runOf = (text: string) => JSON.parse(text).runs[0]

test('every report is valid against SARIF 2.1.0', () => {
  for (const [name, one] of Object.entries({ ...reports, ...checks, hostile })) {
    expect(sarifFaults(renderSarif(one)), name).toEqual([])
  }
})

test('the schema does refuse what is wrong', () => {
  expect(sarifFaults(renderSarif(checks.exceeded).replace('"level": "error"', '"level": "bad"'))).not.toEqual([])
})

test('a failure stands at its lines, under the root of the source', () => {
  const [result] = runOf(renderSarif(checks.exceeded)).results
  expect(result.ruleId).toBe('budget/streams-per-tab')
  expect(result.locations[0]).toEqual({
    physicalLocation: {
      artifactLocation: { uri: 'src/live.ts', uriBaseId: '%SRCROOT%' },
      region: { startLine: 31, startColumn: 18 },
    },
    logicalLocations: [{ name: 'startLive', kind: 'function' }],
  })
  expect(result.properties).toMatchObject({ limit: 1, actual: 2, baseline: 1, delta: 1 })
})

test('only failures are results; what could not be judged is a notification', () => {
  const run = runOf(renderSarif(checks.exceeded))
  expect(run.results).toHaveLength(1)
  expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('Firefox does not tell')
})

test('an alert keeps its fingerprint when its line moves, and another page has another', () => {
  const at = (line: number, target: string) =>
    runOf(
      renderSarif(
        report({
          findings: [
            finding('budget/streams-per-tab', {
              state: 'fail',
              target,
              locations: [{ file: 'src/live.ts', line, column: 1, function: 'f' }],
            }),
          ],
        }),
      ),
    ).results[0].partialFingerprints['sseCoord/v1']
  expect(at(3, 'http://a/')).toBe(at(40, 'http://a/'))
  expect(at(3, 'http://a/')).not.toBe(at(3, 'http://b/'))
})

test('a script without a source map is an address, and a path of Windows one with slashes', () => {
  const uri = (file: string) =>
    runOf(
      renderSarif(
        report({
          findings: [finding('x/y', { state: 'fail', locations: [{ file, line: 1, column: 1, function: null }] })],
        }),
      ),
    ).results[0].locations[0].physicalLocation.artifactLocation
  expect(uri('http://localhost:3000/a b.js')).toEqual({ uri: 'http://localhost:3000/a%20b.js' })
  expect(uri('src\\live.ts')).toEqual({ uri: 'src/live.ts', uriBaseId: '%SRCROOT%' })
})
