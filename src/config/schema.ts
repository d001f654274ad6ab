/** What may stand in a config. In files and variables times carry units; in the Node API a number is milliseconds. */
import * as v from 'valibot'
import { address, flag, type Leaf, limit, oneOf, share, type Times, text, timesWith, wholeNumber } from './leaves.js'
import { pageRules, pageSchema } from './page-schema.js'
import type { Budget, Settings } from './settings.js'

const severities = ['error', 'warning', 'info'] as const

/** @param bareNumbers whether a time may be a number, in milliseconds */
export function createSchema(bareNumbers: boolean): Leaf<Settings> {
  const times = timesWith(bareNumbers)
  return v.pipe(
    v.strictObject(
      {
        start: v.optional(startSchema(times)),
        pages: v.optional(v.array(pageSchema(times), 'takes a list, as in pages: ["http://localhost:3000/"]')),
        streams: v.optional(
          v.array(
            address('"http://localhost:3000/events"'),
            'takes a list, as in streams: ["http://localhost:3000/events"]',
          ),
        ),
        budget: v.optional(budgetSchema(times)),
        tabs: v.optional(wholeNumber(1, 50, 'tabs: 8')),
        runs: v.optional(wholeNumber(1, 20, 'runs: 3')),
        tolerance: v.optional(share('tolerance: "25%"')),
        browser: v.optional(text('chrome, chromium, edge, firefox or a path', 'browser: "chromium"')),
        sandbox: v.optional(flag('sandbox: false')),
        insecure: v.optional(flag('insecure: true')),
        timeout: v.optional(times.time('timeout: "30s"')),
        baseline: v.optional(text('a file', 'baseline: "sse-coord.baseline.json"')),
        run: v.optional(text('a command', 'run: "npm run e2e"')),
        target: v.optional(address('target: "http://localhost:3000"')),
        forward: v.optional(flag('forward: true')),
        failOn: v.optional(oneOf(severities, 'failOn: "error"')),
      },
      'takes an object, as in export default { pages: ["http://localhost:3000/"] }',
    ),
    v.transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout !== undefined && { timeoutMs: timeout }) })),
  ) as unknown as Leaf<Settings>
}

function startSchema({ time }: Times): Leaf<NonNullable<Settings['start']>> {
  return v.pipe(
    v.strictObject(
      {
        command: text('a command', 'command: "npm start"'),
        url: address('url: "http://localhost:3000/"'),
        timeout: v.optional(time('timeout: "60s"')),
      },
      'takes a command and an address, as in start: { command: "npm start", url: "http://localhost:3000/" }',
    ),
    v.transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout !== undefined && { timeoutMs: timeout }) })),
  )
}

function budgetSchema({ takes, time }: Times): Leaf<Budget> {
  return v.strictObject(
    {
      ...pageRules,
      failoverTime: v.optional(
        v.union(
          [v.literal(false), time('failoverTime: "500ms"')],
          `takes ${takes}, or false, as in failoverTime: "500ms"`,
        ),
      ),
      lostEvents: v.optional(limit(1_000_000, 'lostEvents: 0')),
      checks: v.optional(
        v.record(
          v.string(),
          oneOf([...severities, 'off'], 'checks: { "retry/missing": "warning" }'),
          'takes ids with levels, as in checks: { "retry/missing": "warning" }',
        ),
      ),
    },
    'takes rules, as in budget: { streamsPerTab: 1 }',
  ) as Leaf<Budget>
}
