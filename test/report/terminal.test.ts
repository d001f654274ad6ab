import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FailoverCase, Report, StallSide } from '../../src/evidence/report.js'
import { renderTerminal } from '../../src/report/index.js'
import { visibleWidth } from '../../src/report/visible-width.js'
import { cured, failover, failoverCase, finding, noStall, report, reports, stall, stalled } from './fixtures.js'

const withoutColour = (text: string) => text.replace(/\u001b\[\d+m/g, '')
/** Sentences as they read, whatever the line breaks. */
const flow = (text: string) => text.replace(/\s+/g, ' ')

describe('the screen', () => {
  for (const [name, one] of Object.entries(reports)) {
    test(`of a run that went “${name}”`, () => {
      expect(renderTerminal(one)).toMatchSnapshot()
    })
  }

  test('in ASCII holds nothing else', () => {
    for (const one of Object.values(reports)) {
      expect(renderTerminal(one, { unicode: false })).toMatch(/^[\x20-\x7e\n]*$/)
    }
    expect(renderTerminal(reports.lossy, { unicode: false })).toMatchSnapshot()
  })

  test('in colour says the same words', () => {
    for (const one of Object.values(reports)) {
      const coloured = renderTerminal(one, { color: true })
      expect(coloured).toContain('\u001b[')
      const lines = withoutColour(coloured).split('\n')
      expect(lines.map((line) => line.trimEnd()).join('\n')).toBe(renderTerminal(one))
    }
  })

  test('leaves no blank at the end of a line', () => {
    for (const one of Object.values(reports)) expect(renderTerminal(one)).not.toMatch(/ \n/)
  })
})

describe('nothing is invented', () => {
  test('one stream is shared only where several tabs receive from it', () => {
    const alone = { ...cured, tabsReceiving: 1 }
    const shown = (coordinator: StallSide) =>
      renderTerminal(report({ experiments: { stall: { ...stall, coordinator } } }))
    expect(shown(cured)).toMatch(/streams open .* 1, shared\n/)
    expect(shown(alone)).toMatch(/streams open .* 1\n/)
  })

  test('an experiment that did not run is not shown', () => {
    expect(renderTerminal(reports.onlyTabs)).not.toContain('leading tab')
    expect(renderTerminal(reports.onlyFailover)).not.toContain('one more tab')
  })

  test('cases that a cut-short run did not reach are not measured', () => {
    const text = renderTerminal(reports.cutShort)
    expect(text).toMatch(/hangs +\? not measured/)
    expect(text).toContain('cut short')
    expect(flow(text)).toContain('the figures above were measured, the rest was not')
  })

  test('cases that a whole run left out are not shown', () => {
    expect(renderTerminal(report({ experiments: { failover: [failoverCase('close')] } }))).not.toContain('hangs')
  })

  test('a median that is null is no number', () => {
    const none = failoverCase('hang', { trials: 0, medianMs: null, maxMs: null })
    expect(renderTerminal(report({ experiments: { failover: [none] } }))).toMatch(/hangs +\? not measured\n/)
  })

  test('a case without any event counts nothing as lost', () => {
    const silent = failoverCase('hang', { timedOut: 3, medianMs: null, maxMs: null })
    const text = renderTerminal(report({ experiments: { failover: [silent] } }))
    expect(text).toMatch(/hangs +✗ +silent for 10 s\n/)
    expect(flow(text)).toContain('the others fell silent in 3 of 3 trials when the leading tab hung')
  })

  test('a page that the browser did not keep is said to have been left for good', () => {
    const render = (kept: number) =>
      flow(renderTerminal(report({ experiments: { failover: [failoverCase('bfcache', { kept })] } })))
    expect(render(2)).toContain('did not keep every page that a link left')
    expect(render(3)).not.toContain('did not keep')
  })

  test('a time gets a tick only from the check that judges it', () => {
    const close = { experiments: { failover: [failoverCase('close')] } }
    expect(renderTerminal(report(close))).toMatch(/closes +✓ +24 ms/)
    expect(renderTerminal(report({ ...close, findings: [] }))).toMatch(/closes +24 ms/)
  })
})

describe('the closing words', () => {
  const closing = (stallOf: { native: StallSide; coordinator: StallSide; tabs?: number }) =>
    flow(renderTerminal(report({ experiments: { stall: { tabs: 8, ...stallOf } } })))

  test('tell of the limit and the cure', () => {
    expect(flow(renderTerminal(reports.healthy))).toContain(
      'HTTP/1.1 gives this browser 6 connections per origin, and plain EventSource used them up: 2 of 8 tabs waited for one, a fetch got no answer and one more tab did not load. With the coordinator all 8 tabs received events over 1 stream.',
    )
  })

  test('count the hand-overs', () => {
    expect(flow(renderTerminal(reports.healthy))).toContain(
      'In 13 hand-overs the next event came within 3.2 s; none was lost and none came twice. With a plain Web Lock the other tabs fell silent when the leading tab was frozen or followed a link.',
    )
  })

  test('tell of a browser without the limit', () => {
    expect(flow(renderTerminal(reports.noStall))).toContain('This browser did not stall: 8 tabs')
  })

  test('do not call a run with few tabs a browser without the limit', () => {
    const native = { ...cured, streamsOpen: 4, sockets: 4, tabsReceiving: 4 }
    const text = closing({ tabs: 4, native, coordinator: { ...cured, tabsReceiving: 4 } })
    expect(text).toContain('fewer than the 6 of HTTP/1.1')
    expect(text).not.toContain('did not stall')
  })

  test('tell of a coordinator that stalls', () => {
    const text = closing({ native: stalled, coordinator: { ...cured, tabsReceiving: 5 } })
    expect(text).toContain('that was not well either: 3 of 8 tabs received no event')
    expect(text).not.toContain('all 8 tabs received')
  })

  test('tell of events lost and events that came twice', () => {
    const text = flow(renderTerminal(reports.lossy))
    expect(text).toContain('2 events were lost when the leading tab crashed and 1 event came twice')
    expect(text).not.toContain('none was lost')
  })

  test('say that a hand-over was slow when the check says so', () => {
    expect(flow(renderTerminal(reports.slow))).toContain('longer than it should')
    expect(flow(renderTerminal(reports.healthy))).not.toContain('longer than it should')
  })

  test('point to the next step only after a good run', () => {
    const next = /^Next: .*$/m
    expect(renderTerminal(reports.healthy)).toMatch(next)
    for (const name of ['noStall', 'slow', 'lossy', 'cutShort', 'browserDied', 'noBrowser'] as const) {
      expect(renderTerminal(reports[name]), name).not.toMatch(next)
    }
  })
})

describe('findings', () => {
  test('that failed show measured, expected, why, fix and docs', () => {
    const text = renderTerminal(reports.slow)
    for (const name of ['measured', 'expected', 'why', 'fix', 'more'])
      expect(text).toMatch(new RegExp(`^   ${name} +\\S`, 'm'))
    expect(text).toContain('\n                 watchdogMs: 2000,\n')
  })

  test('with a place in the source name it', () => {
    const locations = [{ file: 'src/live.ts', line: 31, column: 5, function: 'startLive' }]
    const one = finding('tabs/stall', { state: 'fail', target: 'http://localhost/', locations })
    const text = renderTerminal(report({ findings: [one] }))
    expect(text).toContain('src/live.ts:31:5 startLive')
    expect(text).toContain('✗ tabs/stall error http://localhost/')
  })

  test('that were skipped or unknown give their reason', () => {
    expect(renderTerminal(reports.onlyTabs)).toContain('– failover/slow: left out by --only')
    expect(renderTerminal(reports.cutShort)).toContain('? failover/slow: the run was cut short')
  })

  test('that are warnings or notes get no cross', () => {
    expect(renderTerminal(report({ findings: [noStall] }))).toContain('! browser/no-stall info')
    expect(renderTerminal(report({ findings: [noStall] }))).toContain('1 note')
  })
})

describe('the two counts', () => {
  const browser = { streamsOpen: 6, streamsWaiting: 2, sockets: 6 }

  test('are said to agree when they do', () => {
    const native = { ...stalled, browser }
    const coordinator = { ...cured, browser: { streamsOpen: 1, streamsWaiting: 0, sockets: 1 } }
    const text = renderTerminal(report({ experiments: { stall: { tabs: 8, native, coordinator } } }))
    expect(flow(text)).toContain('network events say the same')
  })

  test('are both shown when they differ', () => {
    const native = { ...stalled, browser: { ...browser, streamsOpen: 7, sockets: 7 } }
    const text = renderTerminal(report({ experiments: { stall: { tabs: 8, native, coordinator: cured } } }))
    expect(flow(text)).toContain('say otherwise: with plain EventSource 7 open and 7 connections.')
  })

  test('are not mentioned when the browser did not count', () => {
    expect(renderTerminal(reports.healthy)).not.toContain('network events')
  })
})

test('an error stands in the report with its hint', () => {
  const text = renderTerminal(reports.browserDied)
  expect(text).toContain('✗ Chromium ended while the leading tab was crashed.\n  Run it again')
})

test('control characters from outside never reach the terminal', () => {
  const evil = '\u001b]52;c;eA==\u0007\u009b31m'
  const one = report({
    targets: [evil],
    environment: { node: evil, os: evil, browser: { name: evil, version: evil } },
    findings: [
      finding(evil, { state: 'fail', measured: evil, fixes: [{ stack: evil, snippet: `${evil}\r\n${evil}` }] }),
    ],
    error: { code: evil, message: evil, hint: evil },
  })
  expect(renderTerminal(one)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

describe('no line is wider than the screen', () => {
  const number = fc.oneof(
    fc.nat({ max: 60 }),
    fc.nat({ max: 100_000 }),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  )
  const text = fc.oneof(fc.lorem({ maxCount: 30 }), fc.webUrl(), fc.string({ unit: 'binary', maxLength: 200 }))
  const side: fc.Arbitrary<StallSide> = fc.record(
    {
      streamsOpen: number,
      streamsWaiting: number,
      tabsReceiving: number,
      sockets: number,
      idleSockets: number,
      fetch: fc.record({ answered: fc.boolean(), waitedMs: number }),
      newTab: fc.record({ loaded: fc.boolean(), waitedMs: number }),
      browser: fc.record({ streamsOpen: number, streamsWaiting: number, sockets: number }),
    },
    { requiredKeys: ['streamsOpen', 'streamsWaiting', 'tabsReceiving', 'sockets', 'idleSockets', 'fetch', 'newTab'] },
  )
  const oneCase: fc.Arbitrary<FailoverCase> = fc.record({
    event: fc.constantFrom('close', 'crash', 'freeze', 'hang', 'bfcache'),
    leader: fc.constantFrom('coordinator', 'web-lock'),
    trials: number,
    timedOut: number,
    medianMs: fc.option(number),
    maxMs: fc.option(number),
    lost: number,
    duplicated: number,
  })
  const anyReport: fc.Arbitrary<Report> = fc
    .record({
      durationMs: number,
      complete: fc.boolean(),
      targets: fc.array(text, { maxLength: 2 }),
      experiments: fc.record(
        {
          stall: fc.record({ tabs: fc.integer({ min: 2, max: 50 }), native: side, coordinator: side }),
          failover: fc.array(oneCase, { maxLength: 10 }),
        },
        { requiredKeys: [] },
      ),
      findings: fc.array(
        fc
          .record({
            state: fc.constantFrom('pass', 'fail', 'skip', 'unknown'),
            severity: fc.constantFrom('error', 'warning', 'info'),
            target: fc.option(text),
            reason: fc.option(text),
            measured: fc.option(text),
            why: fc.option(text),
            fixes: fc.array(fc.record({ stack: text, snippet: text }), { maxLength: 2 }),
          })
          .map((values) => finding('tabs/stall', values as Partial<Report['findings'][number]>)),
        { maxLength: 6 },
      ),
    })
    .map((values) => report(values))

  test.each([80, 60, 34])('of %i columns', (width) => {
    fc.assert(
      fc.property(anyReport, fc.boolean(), fc.boolean(), (one, color, unicode) => {
        for (const line of withoutColour(renderTerminal(one, { color, unicode, width })).split('\n')) {
          expect(visibleWidth(line)).toBeLessThanOrEqual(width)
        }
      }),
    )
  })

  test('and a wide screen is not filled', () => {
    for (const line of renderTerminal(reports.healthy, { width: 200 }).split('\n')) {
      expect(visibleWidth(line)).toBeLessThanOrEqual(80)
    }
  })

  test('for 2 to 50 tabs with real figures, both tables stand in columns', () => {
    for (let tabs = 2; tabs <= 50; tabs++) {
      const native = { ...stalled, streamsWaiting: Math.max(0, tabs - 6), tabsReceiving: Math.min(6, tabs) }
      const one = report({ experiments: { stall: { ...stall, tabs, native }, failover } })
      expect(renderTerminal(one)).toMatch(/tabs on one server +plain EventSource +with the coordinator\n/)
    }
  })
})
