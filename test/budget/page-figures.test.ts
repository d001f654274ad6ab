import { expect, test } from 'vitest'
import { pageFigures } from '../../src/budget/page-figures.js'
import type { AppObservation } from '../../src/evidence/app.js'
import { appOf } from '../support/app-evidence.js'

/** Tabs that were sent to `/` and are at `url`; with the streams of a healthy page, or with none. */
function seenAt(url: string, hasStreams: boolean): AppObservation {
  const { plain } = appOf('app-tabs/stall', 'pass')
  if ('notDone' in plain) throw new Error('not measured')
  const perTab = plain.perTab.map((tab) => ({ ...tab, url, streams: hasStreams ? tab.streams : [] }))
  return { ...plain, shared: [], perTab }
}

const doubts = (seen: AppObservation, isLed = false) => pageFigures(seen, '/', isLed).map(({ doubt }) => doubt)

test('a page that leads to another without a stream is no pass: it may want a sign-in', () => {
  const all = doubts(seenAt('http://localhost:3000/sign-in?next=/live', false))
  expect(all.length).toBeGreaterThan(3)
  for (const doubt of all) {
    expect(doubt).toMatch(
      /^the page led to \/sign-in\?next=\/live, where no stream was opened; .* cookies, headers or a setup/,
    )
  }
})

test('a page that leads to where its streams are is counted, and so is one that has none, or was led on by steps', () => {
  const none = [null]
  expect([...new Set(doubts(seenAt('http://localhost:3000/home', true)))]).toEqual(none)
  expect([...new Set(doubts(seenAt('http://localhost:3000/?a=1', false)))]).toEqual(none)
  expect([...new Set(doubts(seenAt('http://localhost:3000/home', false), true))]).toEqual(none)
})
