/** The cure on trial: what the pages need with their own EventSource, and with the coordinator in its place. */
import type {
  InjectionSnapshot,
  OriginComparison,
  PageComparison,
  SideFigures,
} from '../../inject/injection-snapshot.js'
import type { DashboardState } from '../messages.js'
import { announce } from './announcer.js'
import { byId, element, setAttribute, setText } from './element.js'
import { keyedList } from './keyed-list.js'
import { change, RefusedError } from './link.js'
import { visible } from './words.js'

const limit = 6

/** The view of the injection. */
export interface InjectionView {
  update(state: DashboardState): void
}

/** Makes the view; in a tab that may not change anything it only shows. */
export function createInjectionView(mayChange: boolean): InjectionView {
  const panel = byId('injection')
  const toggle = element(
    'button',
    { type: 'button', role: 'switch', class: 'switch', 'aria-checked': 'false', disabled: !mayChange },
    element('span', { class: 'visually-hidden' }, 'Put the coordinator into the pages'),
  )
  const label = element('div', { class: 'switch-row' }, toggle, element('span', {}, 'in the pages of the app'))
  const words = element('p', { class: 'hint' })
  const origins = element('div', { class: 'comparisons' })
  const failures = element('ul', { class: 'failures', 'aria-label': 'Pages without the coordinator', hidden: true })
  const error = element('p', { class: 'error', role: 'alert' })
  panel.append(label, words, error, origins, failures)

  let isOn = false
  toggle.addEventListener('click', () => {
    change('/injection', { on: !isOn }).then(
      () => announce(`The coordinator is ${isOn ? 'out of' : 'in'} the pages. Reload them.`),
      (reason: unknown) =>
        setText(error, reason instanceof RefusedError ? reason.message : 'The proxy does not answer.'),
    )
  })

  const originRows = keyedList<OriginComparison>(origins, ({ origin }) => origin, createComparison)
  const failureRows = keyedList<InjectionSnapshot['failures'][number]>(
    failures,
    ({ page, reason }) => `${reason} ${page}`,
    () => {
      const page = element('code')
      const reason = element('span')
      return {
        root: element('li', {}, page, reason),
        update(failure) {
          setText(page, visible(URL.canParse(failure.page) ? new URL(failure.page).pathname : failure.page))
          setText(reason, ` keeps its own EventSource. ${visible(failure.text)}`)
        },
      }
    },
  )

  return {
    update({ injection }) {
      setAttribute(panel, 'hidden', injection === null)
      if (!injection) return
      isOn = injection.isOn
      setAttribute(toggle, 'aria-checked', String(isOn))
      setText(
        words,
        isOn
          ? 'EventSource is SharedEventSource in documents that load from now on. Reload the tabs to see it.'
          : 'The pages are as they are. Switch it on and reload the tabs to try the cure.',
      )
      originRows(injection.origins)
      failureRows(injection.failures)
      setAttribute(failures, 'hidden', injection.failures.length === 0)
    },
  }
}

interface Figure {
  title: string
  read(side: SideFigures & { mostSockets: number }): number
  isCount?: boolean
}

const figures: Figure[] = [
  { title: 'Documents', read: ({ documents }) => documents },
  { title: 'Most streams', read: ({ mostStreams }) => mostStreams, isCount: true },
  { title: 'Most connections', read: ({ mostSockets }) => mostSockets, isCount: true },
]

function createComparison({ origin }: OriginComparison): { root: HTMLElement; update(item: OriginComparison): void } {
  const cells = figures.map(() => [element('td'), element('td')] as const)
  const pages = element('tbody', { class: 'pages' })
  const pagesTitle = element('th', { scope: 'rowgroup', colspan: 3 }, 'By page: most streams / documents')
  const root = element(
    'table',
    { class: 'comparison' },
    element('caption', {}, visible(origin)),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td'),
        element('th', { scope: 'col' }, 'EventSource'),
        element('th', { scope: 'col' }, 'Coordinator'),
      ),
    ),
    element(
      'tbody',
      {},
      ...figures.map(({ title }, index) =>
        element('tr', {}, element('th', { scope: 'row' }, title), ...(cells[index] ?? [])),
      ),
    ),
    element('tbody', { class: 'pages-title' }, element('tr', {}, pagesTitle)),
    pages,
  )
  const pageRows = keyedList<PageComparison>(
    pages,
    ({ page }) => page,
    ({ page }) => {
      const plain = element('td')
      const shared = element('td')
      return {
        root: element(
          'tr',
          {},
          element('th', { scope: 'row', title: page }, visible(new URL(page).pathname)),
          plain,
          shared,
        ),
        update(now) {
          setText(plain, pairOf(now.plain))
          setText(shared, pairOf(now.shared))
        },
      }
    },
  )
  return {
    root,
    update(now) {
      for (const [index, { read, isCount }] of figures.entries()) {
        for (const [column, side] of [now.plain, now.shared].entries()) {
          const cell = cells[index]?.[column]
          if (cell) showFigure(cell, side ? read(side) : null, isCount ?? false)
        }
      }
      pageRows(now.pages)
    },
  }
}

const pairOf = (side: SideFigures | null): string => (side ? `${side.mostStreams} / ${side.documents}` : '–')

/** A count, beside it as many of six squares. */
function showFigure(cell: HTMLElement, value: number | null, withSquares: boolean): void {
  const text = value === null ? '–' : String(value)
  if (cell.dataset.value === text) return
  cell.dataset.value = text
  cell.replaceChildren(text)
  if (!withSquares || value === null) return
  const squares = Array.from({ length: limit }, (_, index) =>
    element('i', { class: index < value ? 'square filled' : 'square' }),
  )
  cell.append(element('span', { class: 'squares', 'aria-hidden': 'true' }, ...squares))
}
