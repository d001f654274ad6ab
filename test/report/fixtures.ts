/** Reports as `diagnose` gives them, one for every way in which a self-test can go. The figures are invented. */
import type {
  FailoverCase,
  Finding,
  Report,
  StallExperiment,
  StallSide,
  TabRequest,
  TabsTimeline,
} from '../../src/evidence/report.js'

export const cured: StallSide = {
  streamsOpen: 1,
  streamsWaiting: 0,
  tabsReceiving: 8,
  sockets: 1,
  idleSockets: 1,
  fetch: { answered: true, waitedMs: 6.2 },
  newTab: { loaded: true, waitedMs: 41.4 },
}

export const stalled: StallSide = {
  streamsOpen: 6,
  streamsWaiting: 2,
  tabsReceiving: 6,
  sockets: 6,
  idleSockets: 0,
  fetch: { answered: false, waitedMs: 2001 },
  newTab: { loaded: false, waitedMs: 3004 },
}

export const stall: StallExperiment = { tabs: 8, native: stalled, coordinator: cured }

export function failoverCase(event: FailoverCase['event'], values: Partial<FailoverCase> = {}): FailoverCase {
  return {
    event,
    leader: 'coordinator',
    trials: 3,
    timedOut: 0,
    waitMs: 10_000,
    medianMs: 24.1,
    maxMs: 31,
    lost: 0,
    duplicated: 0,
    ...values,
  }
}

const silentLock = { leader: 'web-lock', trials: 1, timedOut: 1, waitMs: 5000, medianMs: null, maxMs: null } as const

export const failover: FailoverCase[] = [
  failoverCase('close'),
  failoverCase('crash', { medianMs: 27, maxMs: 40 }),
  failoverCase('freeze', { medianMs: 18, maxMs: 22 }),
  failoverCase('bfcache', { medianMs: 52, maxMs: 70 }),
  failoverCase('hang', { trials: 1, medianMs: 3210, maxMs: 3210 }),
  failoverCase('freeze', silentLock),
  failoverCase('bfcache', silentLock),
]

export function finding(id: string, values: Partial<Finding> = {}): Finding {
  return {
    id,
    state: 'pass',
    severity: id === 'browser/no-stall' ? 'info' : 'error',
    target: null,
    reason: null,
    measured: null,
    expected: null,
    why: null,
    fixes: [],
    docs: `docs/checks/${id.replace('/', '-')}.md`,
    locations: [],
    limit: null,
    actual: null,
    baseline: null,
    delta: null,
    ...values,
  }
}

const ids = ['tabs/stall', 'failover/slow', 'failover/lossy', 'browser/no-stall']

const slow: Finding = finding('failover/slow', {
  state: 'fail',
  measured: '840 ms until the next event when the leading tab crashes',
  expected: 'at most 500 ms',
  why: 'Until another tab leads, no tab hears anything: users see stale data and nobody is told.',
  fixes: [
    {
      stack: 'any page: keep the main thread free for the other tabs',
      snippet: 'const events = new SharedEventSource("/events", {\n\twatchdogMs: 2000,\n})\n',
    },
  ],
})

const lossy: Finding = finding('failover/lossy', {
  state: 'fail',
  measured: '2 events lost when the leading tab crashes',
  expected: '0 lost, 0 twice',
  why: 'The next leader asked the server to resume, and the server began later.',
  fixes: [{ stack: 'sse-coord/server', snippet: 'const channel = new Channel({ history: 100 })' }],
  limit: 0,
  actual: 2,
})

export const noStall: Finding = finding('browser/no-stall', {
  state: 'fail',
  measured: '8 streams open at the same time, on 8 connections',
  expected: '6 connections',
  why: 'Another browser of your users may have the limit that this one did not show.',
})

/** A report of which some parts are given; the summary is counted from the findings. */
export function report(values: Partial<Report> = {}): Report {
  const findings = values.findings ?? ids.map((id) => finding(id))
  const inState = (state: Finding['state']) => findings.filter((one) => one.state === state)
  const failed = inState('fail')
  return {
    schema: 'sse-coord/report@1',
    tool: { name: 'sse-coord', version: '0.1.0' },
    command: 'doctor',
    startedAt: '2026-11-21T04:04:00.000Z',
    durationMs: 41_300,
    complete: true,
    exitCode: failed.length > 0 ? 1 : 0,
    environment: { node: '20.20.2', os: 'Linux 6.1', browser: { name: 'Chromium', version: '156.0.7712.3' } },
    targets: [],
    experiments: { stall, failover },
    summary: {
      passed: inState('pass').length,
      failed: failed.length,
      skipped: inState('skip').length,
      unknown: inState('unknown').length,
      errors: failed.filter(({ severity }) => severity === 'error').length,
      warnings: failed.filter(({ severity }) => severity === 'warning').length,
    },
    ...values,
    findings,
  }
}

const notReached = { state: 'unknown', reason: 'the run was cut short before the fail-over cases' } as const
const notAsked = { state: 'skip', reason: 'left out by --only' } as const

/** One report per way a run can go, by its name. */
export const reports = {
  healthy: report(),
  noStall: report({
    experiments: {
      stall: {
        tabs: 8,
        native: { ...cured, streamsOpen: 8, sockets: 8, fetch: { answered: true, waitedMs: 5 } },
        coordinator: cured,
      },
      failover,
    },
    findings: [...ids.slice(0, 3).map((id) => finding(id)), noStall],
  }),
  slow: report({
    experiments: {
      stall,
      failover: failover.map((one) => (one.event === 'crash' ? { ...one, medianMs: 840, maxMs: 1203 } : one)),
    },
    findings: ids.map((id) => (id === slow.id ? slow : finding(id))),
  }),
  lossy: report({
    experiments: {
      stall,
      failover: failover.map((one) =>
        one.event === 'crash'
          ? { ...one, lost: 2, duplicated: 1 }
          : one.event === 'close'
            ? { ...one, timedOut: 1 }
            : one,
      ),
    },
    findings: ids.map((id) => (id === lossy.id ? lossy : finding(id))),
  }),
  cutShort: report({
    complete: false,
    exitCode: 130,
    durationMs: 19_400,
    experiments: { stall, failover: [failoverCase('close'), failoverCase('crash', { trials: 2 })] },
    findings: [
      finding('tabs/stall'),
      finding('failover/slow', notReached),
      finding('failover/lossy', notReached),
      finding('browser/no-stall'),
    ],
  }),
  cutShortEarly: report({
    complete: false,
    exitCode: 130,
    durationMs: 8_400,
    experiments: { stallCutShort: { tabs: 8, native: stalled } },
    findings: [
      finding('tabs/stall', notReached),
      finding('browser/no-stall'),
      finding('failover/slow', notReached),
      finding('failover/lossy', notReached),
    ],
  }),
  browserDied: report({
    complete: false,
    exitCode: 2,
    durationMs: 12_100,
    experiments: { stall },
    findings: [
      finding('tabs/stall'),
      finding('failover/slow', notReached),
      finding('failover/lossy', notReached),
      finding('browser/no-stall'),
    ],
    error: {
      code: 'browser-died',
      message: 'Chromium ended while the leading tab was crashed.',
      hint: 'Run it again; if it ends again, try another with --browser.',
    },
  }),
  onlyTabs: report({
    experiments: { stall },
    findings: [
      finding('tabs/stall'),
      finding('failover/slow', notAsked),
      finding('failover/lossy', notAsked),
      finding('browser/no-stall'),
    ],
  }),
  onlyFailover: report({
    experiments: { failover },
    findings: [
      finding('tabs/stall', notAsked),
      finding('failover/slow'),
      finding('failover/lossy'),
      finding('browser/no-stall', notAsked),
    ],
  }),
  noBrowser: report({
    complete: false,
    exitCode: 2,
    durationMs: 12,
    environment: { node: '20.20.2', os: 'Linux 6.1', browser: null },
    experiments: {},
    findings: [],
    error: {
      code: 'browser-not-found',
      message: 'No browser found: looked for Chrome, Chromium, Edge and Brave.',
      hint: 'apt-get install -y chromium\nor let sse-coord do it: sse-coord doctor --install-browser',
    },
  }),
} satisfies Record<string, Report>

const live = { file: 'src/live.ts', line: 31, column: 18, function: 'startLive' }
const presence = { file: 'src/presence.ts', line: 162, column: 3, function: 'usePresence' }

/** Reports as `check` gives them. */
export const checks = {
  exceeded: report({
    command: 'check',
    budget: { config: 'sse-coord.config.ts', pages: 2, tabs: 8 },
    targets: ['http://localhost:3000/dashboard', 'http://localhost:3000/settings'],
    experiments: {},
    findings: [
      finding('budget/streams-per-tab', {
        state: 'fail',
        target: 'http://localhost:3000/dashboard',
        measured: '2 streams per tab: /api/events, /api/presence',
        expected: 'at most 1',
        why: 'Every stream holds one of the six connections that all tabs share.',
        fixes: [{ stack: 'any page', snippet: "import { SharedEventSource } from 'sse-coord/coordinator'" }],
        locations: [live, presence],
        limit: 1,
        actual: 2,
        baseline: 1,
        delta: 1,
        streams: [
          { url: 'http://localhost:3000/api/events', place: live, isNew: false },
          { url: 'http://localhost:3000/api/presence', place: presence, isNew: true },
        ],
        limitAt: 'sse-coord.config.ts:7',
      }),
      finding('budget/streams-per-tab', {
        target: 'http://localhost:3000/settings',
        measured: '1 stream per tab',
        expected: 'at most 1',
        limit: 1,
        actual: 1,
        baseline: 1,
        delta: 0,
      }),
      finding('budget/stalled-requests', { state: 'unknown', reason: 'Firefox does not tell; use Chromium' }),
    ],
  }),
  commandFailed: report({
    command: 'check',
    exitCode: 3,
    experiments: {},
    findings: [],
    run: { command: 'npm run e2e', exitCode: 3 },
  }),
} satisfies Record<string, Report>

/** Text that tries to get out of every format. */
export const evil =
  ']]></failure><script>alert(1)</script> `**|** :: %0A ::error::x\r\n::stop-commands::y\u001b[31m\u0000\ud800 "\' @someone'

/** A report in which every word comes from somebody hostile. */
export const hostile: Report = report({
  targets: [evil, `http://x/${evil}`],
  environment: { node: evil, os: evil, browser: { name: evil, version: evil } },
  findings: [
    finding(evil, {
      state: 'fail',
      target: evil,
      measured: evil,
      expected: evil,
      why: evil,
      fixes: [{ stack: evil, snippet: `${evil}\n${evil}` }],
      locations: [{ file: evil, line: 0, column: 0, function: evil }],
      docs: evil,
    }),
    finding('tabs/stall', { state: 'unknown', reason: evil }),
  ],
  error: { code: evil, message: evil, hint: evil },
  run: { command: evil, exitCode: 7 },
})

function tabTimeline(side: TabsTimeline['side']): TabsTimeline {
  const stuck = (tab: number) => side === 'plain' && tab > 6
  const tabs = Array.from({ length: 8 }, (_, index) => {
    const tab = index + 1
    const openedMs = index * 130
    const shared = side === 'coordinator' && tab > 1
    const page: TabRequest = {
      url: 'http://localhost:3000/dashboard',
      kind: 'page',
      askedMs: openedMs,
      sentMs: openedMs + 2,
      answeredMs: openedMs + 34,
      endedMs: openedMs + 120,
    }
    const stream: TabRequest = {
      url: 'http://localhost:3000/api/events?topics=prices,orders,presence,notifications',
      kind: 'stream',
      askedMs: openedMs + 125,
      sentMs: stuck(tab) ? null : openedMs + 127,
      answeredMs: stuck(tab) ? null : openedMs + 160,
      endedMs: null,
    }
    return { tab, requests: shared ? [page] : [page, stream] }
  })
  return { page: 'http://localhost:3000/dashboard', side, spanMs: 3000, tabs }
}

/** A report in which everything was measured that a picture can show. */
export const illustrated: Report = report({
  command: 'doctor',
  targets: ['http://localhost:3000/dashboard', 'http://localhost:3000/settings'],
  durationMs: 41_300,
  experiments: { stall, failover, tabs: [tabTimeline('plain'), tabTimeline('coordinator')] },
  findings: [
    ...checks.exceeded.findings,
    finding('delivery/buffered', {
      state: 'fail',
      target: 'http://localhost:3000/api/events',
      measured: '8 events in one burst after 8.0 s of silence',
      expected: 'each event as it is sent',
      why: 'A proxy in front of the app gathers the answer before it hands it on.',
      fixes: [{ stack: 'nginx', snippet: 'proxy_buffering off;\nproxy_http_version 1.1;\nproxy_read_timeout 1h;' }],
      timelines: [
        {
          label: 'arrived',
          spanMs: 24_000,
          marks: [
            { atMs: 8000, count: 8 },
            { atMs: 16_000, count: 3 },
          ],
        },
        {
          label: 'at the app itself',
          spanMs: 24_000,
          marks: Array.from({ length: 12 }, (_, index) => ({ atMs: 1000 + index * 2000, count: 1 })),
        },
      ],
    }),
    noStall,
    finding('tabs/stall'),
    finding('failover/slow'),
    finding('failover/lossy'),
  ],
})
