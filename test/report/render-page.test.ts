import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPages } from '../../src/doctor/pages.js'
import { renderPage, renderPageList, visibleWidth } from '../../src/report/index.js'

const page = `# tabs/stall

**Severity: error.** The seventh
tab hangs.

- one \`a_b_c\` and _two_
- see [the standard](https://html.spec.whatwg.org/) or [here](here.md)

1. first

   \`\`\`js
   const a = '**kept**'
     indented()
   \`\`\`

| hop | time |
| --- | --- |
`

test('a page reads as text', () => {
  expect(renderPage(page, { width: 80 })).toBe(`tabs/stall

Severity: error. The seventh tab hangs.

• one a_b_c and two
• see the standard (https://html.spec.whatwg.org/) or here

1. first

       const a = '**kept**'
         indented()

| hop | time |
| --- | --- |
`)
})

test('signs outside ASCII go where the terminal has none', () => {
  expect(renderPage('- “so” …\n', { unicode: false })).toBe('* "so" ...\n')
})

test('our own pages fit their lines, code excepted', async () => {
  const pages = await readPages()
  for (const { markdown } of pages) {
    const prose = renderPage(markdown, { width: 60 })
      .split('\n')
      .filter((line) => !line.startsWith('    ') && !line.startsWith('|'))
    for (const line of prose) expect(visibleWidth(line), line).toBeLessThanOrEqual(60)
  }
  const list = renderPageList(pages, { width: 80 })
  for (const line of list.split('\n')) expect(visibleWidth(line)).toBeLessThanOrEqual(80)
})

test('no page breaks it, and no control character gets through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 200 }), (markdown, width) => {
      expect(renderPage(markdown, { width })).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    }),
  )
})
