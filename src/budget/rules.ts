/** The rules of a budget: what each is called, in which direction it binds, why it matters, and what to change. */
import type { Budget } from '../config/settings.js'
import type { Finding } from '../evidence/report.js'

export type RuleName = Exclude<keyof Budget, 'checks'>

export interface Rule {
  /** Names the finding and its page in the docs. */
  id: `budget/${string}`
  /** As a table calls it. */
  title: string
  /** Whether the limit is the most or the least that is allowed. */
  bound: 'most' | 'least'
  /** Counts are compared exactly; times have a tolerance. */
  unit: 'count' | 'ms'
  /** Differs by one or two from run to run, though the page is the same: what was measured before is no limit. */
  isVolatile?: true
  why: string
  fixes: Finding['fixes']
}

const share: Finding['fixes'][number] = {
  stack: 'share one stream between all tabs',
  snippet:
    "import { SharedEventSource } from 'sse-coord/coordinator'\nconst events = new SharedEventSource(url) // in place of EventSource",
}
const merge: Finding['fixes'][number] = {
  stack: 'one stream for all topics of a page',
  snippet: "new EventSource('/events?topics=orders,presence')",
}
const close: Finding['fixes'][number] = {
  stack: 'close a stream with what opened it',
  snippet: 'useEffect(() => {\n  const events = new EventSource(url)\n  return () => events.close()\n}, [url])',
}
const http2: Finding['fixes'][number] = {
  stack: 'serve over HTTP/2, where all requests share one connection',
  snippet: 'listen 443 ssl;\nhttp2 on;',
}

export const rules: Record<RuleName, Rule> = {
  streamsPerTab: {
    id: 'budget/streams-per-tab',
    title: 'streams per tab',
    bound: 'most',
    unit: 'count',
    why: 'Over HTTP/1.1 six connections serve all tabs of an origin, and each open stream holds one: with two streams a tab the fourth tab hangs.',
    fixes: [merge, close, share],
  },
  streamsPerOrigin: {
    id: 'budget/streams-per-origin',
    title: 'streams per origin',
    bound: 'most',
    unit: 'count',
    why: 'Each open stream holds one of the six connections that all tabs of an origin have together.',
    fixes: [share, merge],
  },
  socketsPerOrigin: {
    id: 'budget/sockets-per-origin',
    title: 'connections per origin',
    bound: 'most',
    unit: 'count',
    isVolatile: true, // An icon or an image that comes a moment earlier takes one more.
    why: 'A browser opens at most six; when all are in use, every further request waits in silence.',
    fixes: [share, http2],
  },
  tabsBeforeStall: {
    id: 'budget/tabs-before-stall',
    title: 'tabs that work',
    bound: 'least',
    unit: 'count',
    why: 'In the next tab the page does not load, or its stream never opens, and nothing says so.',
    fixes: [share, http2],
  },
  stalledRequests: {
    id: 'budget/stalled-requests',
    title: 'requests that wait',
    bound: 'most',
    unit: 'count',
    why: 'They wait for a connection that only a closed tab sets free.',
    fixes: [share, http2],
  },
  failoverTime: {
    id: 'budget/failover-time',
    title: 'fail-over time',
    bound: 'most',
    unit: 'ms',
    why: 'So long no tab hears anything when the leading tab goes.',
    fixes: [],
  },
  lostEvents: {
    id: 'budget/lost-events',
    title: 'lost events',
    bound: 'most',
    unit: 'count',
    why: 'What is lost when the leading tab goes, no tab ever shows.',
    fixes: [
      {
        stack: 'sse-coord/server: keep a history to resume from',
        snippet: 'const channel = createChannel({ history: { size: 500 } })',
      },
    ],
  },
}

export const ruleNames = Object.keys(rules) as RuleName[]
