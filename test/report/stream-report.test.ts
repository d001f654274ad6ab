import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding, Report } from '../../src/evidence/report.js'
import { renderTerminal } from '../../src/report/index.js'
import { visibleWidth } from '../../src/report/visible-width.js'
import { finding as findingOf } from './fixtures.js'

const url = 'http://localhost:8080/api/events'

const finding = (id: string, state: Finding['state'], more: Partial<Finding> = {}): Finding =>
  findingOf(id, { state, severity: 'error', target: url, ...more })

const reportOf = (findings: Finding[], more: Partial<Report> = {}): Report => ({
  schema: 'sse-coord/report@1',
  tool: { name: 'sse-coord', version: '0.1.0' },
  command: 'doctor',
  startedAt: '2026-11-21T08:00:00.000Z',
  durationMs: 21_000,
  complete: true,
  exitCode: 1,
  environment: { node: '20.20.2', os: 'Linux', browser: null },
  targets: [url],
  experiments: {},
  streams: [
    {
      url,
      answeredBy: url,
      method: 'GET',
      server: 'nginx/1.22.1',
      http: '1.1',
      status: 200,
      contentType: 'text/event-stream',
      firstEventMs: 8020,
      watchedMs: 20_000,
      events: 12,
      comments: 0,
      bytes: 4096,
      connections: 1,
    },
  ],
  findings,
  summary: { passed: 2, failed: 2, skipped: 1, unknown: 1, errors: 1, warnings: 1 },
  ...more,
})

const snippet = 'proxy_buffering off;\nproxy_http_version 1.1;'
const ill = [
  finding('response/status', 'pass', { measured: '200' }),
  finding('delivery/buffered', 'fail', {
    measured: '8 events in one burst after 8 s of silence',
    why: 'Users see nothing, and then everything at once.',
    fixes: [{ stack: 'nginx', snippet }],
    timelines: [
      {
        label: 'arrived',
        spanMs: 20_000,
        marks: [
          { atMs: 8000, count: 8 },
          { atMs: 16_000, count: 4 },
        ],
      },
    ],
  }),
  finding('delivery/compressed', 'pass', { measured: 'not compressed' }),
  finding('idle/no-heartbeat', 'unknown', { reason: 'no byte for 4 s; use --for 45s' }),
  finding('retry/missing', 'fail', {
    severity: 'warning',
    measured: 'no retry: field',
    why: 'All come back at once.',
    fixes: [{ stack: 'nginx', snippet }],
  }),
  finding('cors/origin', 'skip', { reason: 'for pages of another origin' }),
]

describe('the report of a stream', () => {
  test('says what it is, what was found by area, and what to do first', () => {
    expect(renderTerminal(reportOf(ill))).toMatchInlineSnapshot(`
      "GET http://localhost:8080/api/events
      nginx/1.22.1 · HTTP/1.1 · 200 text/event-stream · first event 8 s
      watched 20 s · 12 events

      Delivery
       ✗ delivery/buffered    8 events in one burst after 8 s of silence
           arrived  0 s ······················▉······················▉··········· 20 s
       ✓ delivery/compressed  not compressed
      Staying alive
       ? idle/no-heartbeat    no byte for 4 s; use --for 45s
      Coming back
       ! retry/missing        no retry: field
      ✓ 1 more passed

      Fix these first
       1  delivery/buffered: Users see nothing, and then everything at once.
          nginx:
              proxy_buffering off;
              proxy_http_version 1.1;
       2  retry/missing: All come back at once.
          the same as 1
          More on each: npx sse-coord explain delivery/buffered

      1 error · 1 warning · 2 passed · 1 skipped · 1 unknown                      21 s
      "
    `)
  })

  test('is short where there is nothing to say', () => {
    const sound = [
      ...Array.from({ length: 24 }, (_, index) => finding(`response/${index}`, 'pass', { measured: '200' })),
      finding('cors/origin', 'skip', { reason: 'no' }),
    ]
    const summary = { passed: 1, failed: 0, skipped: 1, unknown: 0, errors: 0, warnings: 0 }
    const text = renderTerminal(reportOf(sound, { summary, exitCode: 0 }))
    expect(text).toContain('✓ 24 checks passed. Nothing holds this stream back.')
    expect(text.split('\n').length).toBeLessThan(9)
  })

  test('praises nothing that was cut short', () => {
    const sound = [finding('response/status', 'pass', { measured: '200' })]
    const text = renderTerminal(reportOf(sound, { complete: false, exitCode: 130 }))
    expect(text).not.toContain('Nothing holds')
    expect(text).toContain('This run was cut short')
  })

  test('fits into every width, and obeys no control character', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 120 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(fc.record({ atMs: fc.double({ noNaN: true }), count: fc.integer() }), { maxLength: 5 }),
        fc.double({ noNaN: true, min: 0, max: 1e9 }),
        (width, text, marks, spanMs) => {
          const findings = [
            finding('delivery/buffered', 'fail', {
              measured: text,
              why: text,
              fixes: [{ stack: text, snippet: text }],
              timelines: [{ label: 'arrived', spanMs, marks }],
            }),
            finding('resume/replays-everything', 'unknown', { reason: text }),
          ]
          for (const line of renderTerminal(reportOf(findings), { width }).split('\n')) {
            expect(visibleWidth(line)).toBeLessThanOrEqual(Math.min(80, width))
            expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('needs neither colour nor more than ASCII', () => {
    expect(renderTerminal(reportOf(ill), { unicode: false })).toMatch(/^[\x20-\x7e\n]*$/)
  })
})

test('a page of the same run follows the streams, its code beside its findings and its fixes among theirs', () => {
  const page = 'http://localhost:8080/'
  const locations = [{ file: 'src/live.ts', line: 31, column: 10, function: 'startLive' }]
  const why = 'Six connections are all there are.'
  const text = renderTerminal(
    reportOf([
      finding('response/status', 'pass', { measured: '200' }),
      finding('tabs/stall', 'fail', { target: page, measured: '2 of 8 tabs hang: tab 7 never loads', why, locations }),
    ]),
  )
  const lines = text.split('\n')
  const at = lines.indexOf(`${page}, in real tabs`)
  expect(at).toBeGreaterThan(lines.findIndex((line) => line.includes('response/status')))
  expect(lines.slice(at, at + 5)).toEqual([
    `${page}, in real tabs`,
    '',
    'Tabs',
    ' ✗ tabs/stall  2 of 8 tabs hang: tab 7 never loads',
    '     at src/live.ts:31:10 startLive',
  ])
  expect(text.split(why)).toHaveLength(2)
})

test('what is to be mended in several streams alike is told once', () => {
  const fixes = [{ stack: 'any server', snippet: 'retry: 3000' }]
  const alike = { severity: 'warning' as const, why: 'They hammer.', fixes }
  const text = renderTerminal(
    reportOf([
      finding('retry/extreme', 'fail', alike),
      finding('retry/extreme', 'fail', { ...alike, target: 'http://localhost:8080/other' }),
    ]),
  )
  expect(text).toContain(' 1  retry/extreme (2 streams): They hammer.')
  expect(text).not.toContain(' 2  ')
})
