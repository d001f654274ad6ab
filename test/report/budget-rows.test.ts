import { expect, test } from 'vitest'
import type { CountedStream, Finding } from '../../src/evidence/report.js'
import { formatBudgetRows } from '../../src/report/budget-rows.js'
import { createPen } from '../../src/report/pen.js'
import { checks } from './fixtures.js'

const pen = createPen({ color: false, unicode: true })
const place = { file: 'src/live.ts', line: 31, column: 3, function: 'startLive' }

/** The lines below the figure of a page that holds too many streams. */
function linesOf(streams: Omit<CountedStream, 'isNew'>[]): string[] {
  const failed = checks.exceeded.findings.find(({ state }) => state === 'fail') as Finding
  const finding = { ...failed, streams: streams.map((stream) => ({ ...stream, isNew: false })) }
  return formatBudgetRows([finding], 80, pen).slice(1)
}

test('streams of one URL that the same line opened are said once', () => {
  const [one, other] = ['http://localhost:3000/a', 'http://localhost:3000/b'].map((url) => ({ url, place }))
  if (!one || !other) throw new RangeError('two streams')
  expect(linesOf([one, other, one, one])).toEqual([
    '      /a ×3   src/live.ts:31   startLive',
    '      /b      src/live.ts:31   startLive',
  ])
})

test('where no place is known, as behind a proxy, none is missed; where one is, the others are said to be unknown', () => {
  const unknown = { url: 'http://localhost:3000/a', place: null }
  expect(linesOf([unknown, unknown])).toEqual(['      /a ×2'])
  expect(linesOf([unknown, { url: 'http://localhost:3000/b', place }])).toEqual([
    '      /a   place unknown',
    '      /b   src/live.ts:31   startLive',
  ])
})
