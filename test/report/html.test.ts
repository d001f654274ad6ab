import { expect, test } from 'vitest'
import type { Report } from '../../src/evidence/report.js'
import { markup } from '../../src/report/html/markup.js'
import { renderHtml } from '../../src/report/html.js'
import { checks, evil, hostile, illustrated, report, reports } from './fixtures.js'

test('text is escaped, markup is not, nothing is nothing', () => {
  expect(markup`<p title="${'"<'}">${['a&', markup`<b>${1}</b>`, null, false]}</p>`.text).toBe(
    '<p title="&quot;&lt;">a&amp;<b>1</b></p>',
  )
})

test('foreign words never become markup', () => {
  const text = renderHtml(hostile)
  expect(text).not.toContain('<script>alert')
  expect(text.match(/<script/g)).toHaveLength(1)
  expect(text.match(/<\/script/g)).toHaveLength(1)
  expect(text).not.toContain(evil)
})

test('only what was measured has a section', () => {
  const headings = (text: string) => [...text.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id)
  expect(headings(renderHtml(illustrated))).toEqual(['slots', 'waterfall', 'arrivals', 'failover', 'findings'])
  expect(headings(renderHtml(checks.exceeded))).toEqual(['findings'])
  expect(headings(renderHtml(reports.onlyTabs))).toEqual(['slots', 'findings'])
  expect(headings(renderHtml(reports.noBrowser))).toEqual([])
})

test('a budget shows what each origin carried', () => {
  const text = renderHtml(
    report({
      experiments: {
        origins: [{ origin: 'http://localhost:3000', page: null, sockets: 7, streams: 6, waiting: null, at: null }],
      },
    }),
  )
  expect(text).toContain('aria-label="6 of 6 connections in use, 1 beyond"')
  expect(text).toContain('not measured')
  const verdict = (command: Report['command']) =>
    /<h1[^>]*>(.*?)<\/h1>/.exec(renderHtml({ ...reports.healthy, command }))?.[1]
  expect([verdict('check'), verdict('doctor')]).toEqual(['Within budget.', 'All 4 checks passed.'])
})

test('what became of a stream that tabs of a page share is a strip of its own', () => {
  const base = { page: 'http://localhost/', runs: 3, timedOut: 0, waitMs: 10_000, maxMs: 30 }
  const text = renderHtml(
    report({
      experiments: {
        handovers: [
          { ...base, event: 'close', medianMs: 24, lost: 0 },
          { ...base, event: 'freeze', medianMs: null, maxMs: null, timedOut: 3, lost: null },
        ],
      },
    }),
  )
  expect(text).toContain('aria-label="the leading tab closes, 3 runs: 24 ms · 0 lost"')
  expect(text).toContain('aria-label="the leading tab is frozen, 3 runs: silent for 10 s"')
})

test('a page that asks for much shows what matters, and says what it leaves out', () => {
  const request = (kind: 'page' | 'stream' | 'request', url: string, answeredMs: number | null = 30) =>
    ({
      url: `http://localhost/${url}`,
      kind,
      askedMs: 10,
      sentMs: answeredMs && 20,
      answeredMs,
      endedMs: answeredMs,
    }) as const
  const many = Array.from({ length: 300 }, (_, index) => request('request', `${index}.js`))
  const requests = [request('page', ''), ...many, request('stream', 'events', null)]
  const timeline = { page: 'http://localhost/', side: 'plain', spanMs: 1000 } as const
  const text = renderHtml(report({ experiments: { tabs: [{ ...timeline, tabs: [{ tab: 1, requests }] }] } }))
  expect(text).toContain('1 tab · 302 requests · 1 without an answer')
  expect(text).toContain('aria-label="tab 1, /events: waits, 990 ms"')
  expect(text).toContain('and 62 requests more, all answered')
})
