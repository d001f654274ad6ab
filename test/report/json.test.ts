import { expect, test } from 'vitest'
import { renderJson } from '../../src/report/index.js'
import { report, reports } from './fixtures.js'

test('the document is the report, whole and unchanged', () => {
  for (const one of Object.values(reports)) expect(JSON.parse(renderJson(one))).toEqual(one)
})

test('the document ends in one line break', () => {
  expect(renderJson(reports.healthy)).toMatch(/^\{\n {2}"schema": "sse-coord\/report@1",[\s\S]*\n\}\n$/)
})

test('no control character gets through', () => {
  const one = report({ targets: ['http://x/\u001b[2J\u009b2J\u007f\u2028\u202e\u2066\u200f\ufeff##[error]'] })
  const text = renderJson(one)
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\u2066\u200f\ufeff]|##\[/)
  expect(JSON.parse(text)).toEqual(one)
})
