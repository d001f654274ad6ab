// The contract of `--reporter json`, for doctor, check and every later command that measures or judges.
// Times are milliseconds. `null` means "not measured", never zero. New optional fields may be added; none changes meaning.

export interface Report {
  schema: 'sse-coord/report@1'
  tool: { name: 'sse-coord'; version: string }
  command: 'doctor' | 'check'
  startedAt: string // ISO 8601
  durationMs: number
  complete: boolean // false when cut short: Ctrl-C, a browser that died
  exitCode: 0 | 1 | 2 | 130 | number // another number only as the exit code of the command that `check --run` ran
  environment: { node: string; os: string; browser: { name: string; version: string } | null }
  targets: string[] // the URLs judged; empty for doctor without a URL
  // stallCutShort instead of stall where the run ended before the coordinator's side was measured
  experiments: {
    stall?: StallExperiment
    stallCutShort?: Omit<StallExperiment, 'coordinator'>
    failover?: FailoverCase[]
    handovers?: Handover[] // of the streams that the tabs of the user's own pages share
    origins?: OriginUse[] // check: what each origin had to carry
    tabs?: TabsTimeline[] // what every tab asked for and when it got it; in the order before, after
  }
  streams?: StreamSummary[] // doctor with URLs: what each of them is, in the order of targets
  findings: Finding[]
  summary: { passed: number; failed: number; skipped: number; unknown: number; errors: number; warnings: number }
  failOn?: Finding['severity'] // failures of this severity or a worse one make exitCode 1; error where it is absent
  run?: { command: string; exitCode: number } // check --run
  budget?: { config: string | null; pages: number; tabs: number } // check on pages: the config file, and what was opened
  error?: { code: string; message: string; hint: string | null } // why the run could not start or go on; exitCode is 2
}

export interface Finding {
  id: string // area/name, as in CHECKS.md
  state: 'pass' | 'fail' | 'skip' | 'unknown'
  severity: 'error' | 'warning' | 'info' // of a failure; given for every state
  target: string | null // the stream or page URL
  reason: string | null // why skipped or unknown, and what would make it measurable
  measured: string | null
  expected: string | null
  why: string | null
  fixes: { stack: string; snippet: string }[] // most fitting first
  docs: string // docs/checks/<area>-<name>.md in the package; `sse-coord explain <id>` prints it
  locations: { file: string; line: number; column: number; function: string | null }[] // after source maps
  limit: number | null
  actual: number | null
  baseline: number | null
  delta: number | null // actual - baseline
  timelines?: Timeline[] // of a failure: what arrived when
  streams?: CountedStream[] // check: the streams that `actual` counts
  limitIs?: 'least' // `actual` has to reach the limit; absent: it must not exceed it
  limitAt?: string // check: where the limit is written, file:line
}

export interface CountedStream {
  url: string // redacted
  place: Finding['locations'][number] | null // who opened it; null: this browser cannot tell
  isNew: boolean // not in the baseline; false without one
}

export interface Timeline {
  label: string
  spanMs: number
  marks: { atMs: number; count: number }[] // events, in the order of time
}

export interface TabsTimeline {
  page: string // its URL
  side: 'plain' | 'coordinator' // with the app's own streams, or with the coordinator in place of EventSource
  spanMs: number // from the opening of the first tab to the count
  tabs: { tab: number; requests: TabRequest[] }[]
}

export interface TabRequest {
  url: string
  kind: 'page' | 'stream' | 'request'
  askedMs: number // all four count from the opening of the first tab
  sentMs: number | null // when it got a connection; null with an answer: not measured
  answeredMs: number | null // null: no answer until the end
  endedMs: number | null // null: it was still going on
}

export interface OriginUse {
  origin: string
  page: string | null // for which page it was counted; null for all together
  side?: TabsTimeline['side'] // how that page was opened; absent where a proxy counted
  sockets: number | null // the most that carried a request at the same time
  streams: number // the most open at the same time
  waiting: number | null // requests without a connection at the end
  at: string | null // ISO 8601: when the most sockets were in use
}

export interface StreamSummary {
  url: string // redacted
  answeredBy: string // the same, or where redirects led to
  method: string
  server: string | null // what the server calls itself
  http: string | null // 1.0, 1.1, 2
  status: number | null
  contentType: string | null
  firstEventMs: number | null
  watchedMs: number
  events: number
  comments: number
  bytes: number
  connections: number // that were needed to watch so long
}

export interface StallExperiment {
  tabs: number
  native: StallSide
  coordinator: StallSide
}

export interface StallSide {
  streamsOpen: number // event streams answered and open, browser-wide
  streamsWaiting: number // asked for by a tab, without a connection
  tabsReceiving: number
  sockets: number // connections that carry a request
  idleSockets: number // kept alive, carrying none
  fetch: { answered: boolean; waitedMs: number }
  newTab: { loaded: boolean; waitedMs: number }
  browser?: { streamsOpen: number; streamsWaiting: number; sockets: number } // the same, as the browser's network events tell it
}

export interface FailoverCase {
  event: 'close' | 'crash' | 'freeze' | 'hang' | 'bfcache'
  leader: 'coordinator' | 'web-lock' // web-lock: the naive design, for contrast
  trials: number
  timedOut: number // trials in which no other tab got an event within the wait
  waitMs?: number // that wait
  kept?: number // bfcache: trials in which the page really was in the back/forward cache, seen by going back
  medianMs: number | null // over the other trials: from the act to the next event at another tab
  maxMs: number | null
  lost: number // ids missing at the worst tab, worst trial, counted after the hand-over
  duplicated: number
}

export interface Handover {
  page: string // its URL
  event: FailoverCase['event']
  runs: number
  timedOut: number // runs in which no other tab had the stream within the wait
  waitMs: number // that wait
  medianMs: number | null // over all runs, from the act to the answer to another tab's request; null: half of them timed out
  maxMs: number | null // of those that did not time out
  lost: number | null // ids missing between the last before and the first after, worst run; null: its ids do not tell
}
