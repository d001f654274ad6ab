/** A limit is most often the most that is allowed; where it is the least, every reporter says so. */
import { expect, test } from 'vitest'
import type { Finding } from '../../src/evidence/report.js'
import { type ReporterName, reporters } from '../../src/report/index.js'
import { finding, report } from './fixtures.js'

const figures: Partial<Finding> = { state: 'fail', measured: 'tab 3 stalls', expected: 'enough', limit: 8, actual: 2 }
const floor = report({ findings: [finding('budget/tabs-before-stall', { ...figures, limitIs: 'least' })] })
const ceiling = report({ findings: [finding('budget/streams-per-tab', figures)] })

test.each<[ReporterName, string, string]>([
  ['pretty', '2   at least 8', '2   limit 8'],
  ['json', '"limitIs": "least"', '"limit": 8'],
  ['junit', 'actual 2 · at least 8', 'actual 2 · limit 8'],
  ['sarif', 'actual 2 · at least 8', 'actual 2 · limit 8'],
  ['github', 'actual 2 · at least 8', 'actual 2 · limit 8'],
  ['markdown', '| 2 | ≥ 8 |', '| 2 | 8 |'],
  ['html', '<dt>at least</dt><dd>8</dd>', '<dt>limit</dt><dd>8</dd>'],
])('%s', (name, least, most) => {
  const render = (command: 'check', one: typeof floor) => reporters[name]({ ...one, command }, {})
  expect(render('check', floor)).toContain(least)
  expect(render('check', ceiling)).toContain(most)
  expect(render('check', ceiling)).not.toMatch(/at least 8|≥ 8|"least"/)
})
