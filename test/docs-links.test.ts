/** The links of the pages: those within the repository lead somewhere, headings included, and every page is linked to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

const benches = readdirSync(path.join(root, 'bench'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
const folders = ['.', 'docs', 'docs/checks', 'docs/decisions', ...benches.map(({ name }) => `bench/${name}`)]
const pages = folders
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => path.posix.join(folder, name)))
  .filter((name) => name.endsWith('.md'))

const proseOf = (page: string) => readFileSync(path.join(root, page), 'utf8').replace(/^ *```.*?^ *```/gms, '')

/** What the address of a link says, its fragment apart; a page without words for itself. */
function linksOf(page: string): { page: string; file: string; heading: string | undefined }[] {
  const prose = proseOf(page).replace(/`[^`]*`/g, '')
  const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?\)|(?:src|href)="([^"]+)"/g)].map(
    ([, one, other]) => one ?? other,
  )
  return targets
    .filter((target) => target !== undefined && !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file, heading] = (target ?? '').split('#')
      return { page, file: file ? path.posix.join(path.posix.dirname(page), file) : page, heading }
    })
}

/** The fragments that GitHub gives the headings of a page. */
function headingsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
    words
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

const links = pages.flatMap(linksOf)

test('every link within the repository leads to a file, and to a heading where it names one', () => {
  expect(links.length).toBeGreaterThan(40)
  expect(links.filter(({ file }) => !existsSync(path.join(root, file)))).toEqual([])
  const toHeadings = links.filter(({ heading, file }) => heading !== undefined && file.endsWith('.md'))
  expect(toHeadings.filter(({ file, heading }) => !headingsOf(file).includes(heading ?? ''))).toEqual([])
})

test('every page of docs is linked to', () => {
  const linked = new Set(links.filter(({ page, file }) => page !== file).map(({ file }) => file))
  const alone = pages.filter((page) => path.posix.dirname(page) === 'docs' && !linked.has(page))
  expect(alone).toEqual([])
})
