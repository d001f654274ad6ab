/** `tabs/stall`: with the coordinator every tab receives, requests get through and one more tab loads. */
import type { Evidence } from '../../evidence/evidence.js'
import type { StallSide } from '../../evidence/report.js'
import type { Check, Verdict } from '../check.js'
import { notMeasured } from '../not-measured.js'

export const tabsStall: Check = {
  id: 'tabs/stall',
  severity: 'error',
  judge(evidence: Evidence): Verdict {
    const { stall } = evidence.experiments
    if (!stall) return notMeasured(evidence, 'tabs')
    const { tabs, coordinator } = stall
    const disagreement = countsDisagree(stall.native) ?? countsDisagree(coordinator)
    if (disagreement) return { state: 'unknown', reason: disagreement }

    const measured = [
      `${coordinator.streamsOpen} ${coordinator.streamsOpen === 1 ? 'stream' : 'streams'} for ${tabs} tabs`,
      `${coordinator.tabsReceiving} of ${tabs} tabs receive`,
      coordinator.fetch.answered ? 'a fetch is answered' : 'a fetch is not answered',
      coordinator.newTab.loaded ? 'a new tab loads' : 'a new tab does not load',
    ].join(', ')
    const expected = `1 stream for ${tabs} tabs, all of which receive; a fetch is answered and a new tab loads`
    const figures = { limit: 1, actual: coordinator.streamsOpen }
    const healthy =
      coordinator.streamsOpen === 1 &&
      coordinator.tabsReceiving === tabs &&
      coordinator.fetch.answered &&
      coordinator.newTab.loaded
    if (healthy) return { state: 'pass', measured, expected, ...figures }
    return {
      state: 'fail',
      measured,
      expected,
      why: 'With the coordinator the tabs share one stream, so that five connections stay free. Here they did not.',
      fixes: [
        {
          stack: 'browser',
          snippet: 'Update the browser: Web Locks and BroadcastChannel are in Chromium from version 69 on.',
        },
      ],
      ...figures,
    }
  },
}

/** The proxy and the browser count the same streams; where they do not, neither figure is to be believed. */
function countsDisagree({ streamsOpen, browser }: StallSide): string | undefined {
  if (!browser || browser.streamsOpen === streamsOpen) return undefined
  return `the proxy counted ${streamsOpen} open streams, the browser ${browser.streamsOpen}; run it again on a quieter machine`
}
