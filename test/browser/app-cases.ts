/** What each of fixtures/apps opens in one tab: address, kind, context, and the code that does it. */
import type { AppStep } from '../../src/browser/index.js'
import type { AppObservation, ObservedStream } from '../../src/evidence/app.js'
import { isHeld } from '../../src/evidence/app.js'

export interface AppCase {
  app: string
  steps?: AppStep[]
  /** `path kind context file:line function`, of the streams that each tab holds. */
  perTab: string[]
  /** The same for those that belong to no tab, all tabs together. */
  shared?: string[]
}

/** Those that need no bundler and are the same in every browser that can tell. */
export const appCases: AppCase[] = [
  { app: 'one-stream', perTab: ['/events/live EventSource page live.js:3 startLive'] },
  {
    app: 'three-streams',
    perTab: [
      '/events/live EventSource page live.js:3 startLive',
      '/events/presence EventSource page live.js:8 Presence',
      '/events/alerts?token=*** EventSource page live.js:12 startLater',
    ],
  },
  {
    app: 'leak',
    steps: [{ click: '#inbox' }, { click: '#team' }],
    perTab: [
      '/events/home EventSource page views.js:4 showView',
      '/events/inbox EventSource page views.js:4 showView',
      '/events/team EventSource page views.js:4 showView',
    ],
  },
  {
    app: 'fetch-stream',
    perTab: ['/events/live fetch page live.js:3 readStream', '/events/plain fetch page live.js:12 readUnannounced'],
  },
  { app: 'iframe', perTab: ['/events/widget EventSource iframe widget.js:3 startWidget'] },
]

/** Those whose streams are in workers. */
export const workerCases: AppCase[] = [
  { app: 'worker', perTab: ['/events/live EventSource worker worker.js:3 startLive'] },
  {
    app: 'shared-worker',
    perTab: [],
    shared: ['/events/live EventSource shared-worker worker.js:3 startLive'],
  },
  {
    app: 'service-worker',
    perTab: ['/events/live EventSource page live.js:9 startLive'],
    shared: ['/events/live fetch service-worker worker.js:5', '/events/live fetch service-worker worker.js:5'],
  },
]

/** One stream in the words of a case. */
export function streamWords({ url, kind, context, openedBy }: ObservedStream): string {
  const { pathname, search } = new URL(url)
  const file = openedBy?.file.replace(/^https?:\/\/[^/]*\//, '')
  const place = openedBy ? `${file}:${openedBy.line} ${openedBy.function ?? ''}` : 'nowhere'
  return `${pathname}${search} ${kind} ${context} ${place}`.trim()
}

/** What every tab holds, in the words of a case. */
export function heldPerTab(observation: AppObservation): string[][] {
  return observation.perTab.map(({ streams }) => streams.filter(isHeld).map(streamWords))
}
