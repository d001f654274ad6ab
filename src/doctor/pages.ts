/** The pages of `docs/checks`, which the package carries along: what `sse-coord explain` prints. */
import { readdir, readFile } from 'node:fs/promises'
import { nearest } from '../config/nearest.js'
import { SseCoordError } from '../error.js'
import { packageRoot } from '../package.js'

/** What is to be known of one check: symptom, why, how it is measured, fix. */
export interface CheckPage {
  /** `tabs/stall`. */
  id: string
  /** The fault in one sentence: “The seventh tab hangs.” */
  summary: string
  /** The whole page, in Markdown. */
  markdown: string
}

/** All pages, by id; with the line ends of Windows they are the same. */
export async function readPages(): Promise<CheckPage[]> {
  const folder = new URL('docs/checks/', packageRoot)
  const files = (await readdir(folder)).filter((name) => name.endsWith('.md'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))
  return texts.map((text) => describe(text.replaceAll('\r\n', '\n'))).sort((one, other) => (one.id < other.id ? -1 : 1))
}

/**
 * The page of one check.
 *
 * @throws SseCoordError `bad-option` where there is no such check, with the id that was probably meant
 */
export async function explain(id: string): Promise<CheckPage> {
  const pages = await readPages()
  // People copy file names, and what a shell completes.
  const wanted = id.replace(/^.*docs[\\/]checks[\\/]/, '').replace(/\.md$/, '')
  const page = pages.find((one) => one.id === wanted || one.id.replace('/', '-') === wanted)
  if (page) return page
  const near = nearest(
    wanted,
    pages.map((one) => one.id),
  )
  throw new SseCoordError(
    'bad-option',
    `There is no check '${id}'${near === undefined ? '.' : `: did you mean ${near}?`}`,
    {
      hint: 'npx sse-coord explain lists them all.',
    },
  )
}

/** Line breaks of the file are no part of its sentences. */
function describe(markdown: string): CheckPage {
  const paragraphs = markdown.split(/\n{2,}/)
  return {
    id: paragraphs[0]?.replace(/^#\s*/, '').trim() ?? '',
    summary: (paragraphs[1] ?? '')
      .replace(/^\*\*.*?\*\*/s, '')
      .replace(/\s+/g, ' ')
      .trim(),
    markdown,
  }
}
