/** The schema that is published for the JSON report: it takes every report, knows each field, and refuses what is wrong. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import type { Report } from '../../src/evidence/report.js'
import { renderJson } from '../../src/report/index.js'
import { checks, finding, hostile, illustrated, report, reports } from './fixtures.js'

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))

/** Judges by the schema as it is, or by one that knows no field but those that it names. */
function judgeBy(document: object): (report: Report) => string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
  formats.default(ajv)
  const validate = ajv.compile(document)
  return (report) => {
    validate(JSON.parse(renderJson(report)))
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, one]) => [key, closed(one)] as const)
  const isObject = 'properties' in value && 'required' in value
  return Object.fromEntries(isObject ? [...entries, ['additionalProperties', false] as const] : entries)
}

/** What the other reports leave out. */
const rest = report({
  failOn: 'warning',
  findings: [finding('budget/tabs-before-stall', { limitIs: 'least' })],
  experiments: {
    origins: [{ origin: 'http://a', page: null, side: 'plain', sockets: 6, streams: 6, waiting: null, at: null }],
    handovers: [
      {
        page: 'http://a/',
        event: 'bfcache',
        runs: 3,
        timedOut: 3,
        waitMs: 10_000,
        medianMs: null,
        maxMs: null,
        lost: null,
      },
    ],
    failover: [
      {
        event: 'bfcache',
        leader: 'web-lock',
        trials: 3,
        timedOut: 0,
        waitMs: 10_000,
        kept: 3,
        medianMs: 40,
        maxMs: 50,
        lost: 0,
        duplicated: 0,
      },
    ],
  },
  streams: [
    {
      url: 'http://a/events',
      answeredBy: 'http://a/events',
      method: 'GET',
      server: null,
      http: '1.1',
      status: 200,
      contentType: 'text/event-stream',
      firstEventMs: null,
      watchedMs: 20_000,
      events: 0,
      comments: 1,
      bytes: 6,
      connections: 1,
    },
  ],
})

const all: Record<string, Report> = { ...reports, ...checks, hostile, illustrated, rest }

test('every report is valid, and holds no field that the schema does not tell of', () => {
  const faults = judgeBy(closed(schema) as object)
  for (const [name, report] of Object.entries(all)) expect(faults(report), name).toEqual([])
})

test('a field of a later version is no fault; a field that is missing or of another kind is one', () => {
  const faults = judgeBy(schema)
  const { findings: _left, ...without } = reports.healthy
  expect(faults({ ...reports.healthy, later: 1 } as Report)).toEqual([])
  expect(faults({ ...reports.healthy, exitCode: '0' } as unknown as Report)).not.toEqual([])
  expect(faults(without as Report)).not.toEqual([])
})

test('the reports that are tried hold each field that the schema names', () => {
  const named = new Set<string>()
  JSON.stringify(schema, (key, value) => {
    if (key === 'properties') for (const name of Object.keys(value)) named.add(name)
    return value
  })
  const held = new Set<string>()
  JSON.stringify(all, (key, value) => {
    held.add(key)
    return value
  })
  expect([...named].filter((name) => !held.has(name))).toEqual([])
})
