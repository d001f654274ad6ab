import { expect, test } from 'vitest'
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
})
