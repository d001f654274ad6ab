import { expect, test } from 'vitest'
import { checks } from '../../src/doctor/checks/index.js'
import { explain, readPages } from '../../src/doctor/pages.js'

test('every check has its page, and every page a summary of one sentence', async () => {
  const pages = await readPages()
  const ids = pages.map(({ id }) => id)
  for (const { id } of checks) expect(ids).toContain(id)
  for (const { summary } of pages) expect(summary).toMatch(/^\S.*\.$/)
})

test.each(['tabs/stall', 'tabs-stall', 'docs/checks/tabs-stall.md', '.\\docs\\checks\\tabs-stall.md'])(
  '%s names a page',
  async (name) => {
    const page = await explain(name)
    expect(page).toMatchObject({ id: 'tabs/stall', summary: 'The seventh tab hangs.' })
    expect(page.markdown).toContain('## Symptom')
  },
)

test.each([
  ['tabs/stal', "There is no check 'tabs/stal': did you mean tabs/stall?"],
  ['../../package.json', "There is no check '../../package.json'."],
  ['', "There is no check ''."],
])('%j is no check', async (name, message) => {
  await expect(explain(name)).rejects.toMatchObject({ code: 'bad-option', message })
})
