/**
 * What may stand in a config. Every leaf says what it takes and shows an example; `validate.ts` puts the key in front. In
 * files and variables times carry units; in the Node API a number is milliseconds.
 */
import * as v from 'valibot'
import type { Duration } from './quantities.js'
import { parseDuration } from './quantities.js'
import type { Budget, PageSettings, Settings, StepSettings } from './settings.js'

/** One value: what it takes, in words, with an example. */
function leaf<Value>(
  takes: string,
  example: string,
  fits: (value: unknown) => boolean,
): v.GenericSchema<unknown, Value> {
  return v.custom<Value>(fits, `takes ${takes}, as in ${example}`)
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

const text = (what: string, example: string) => leaf<string>(what, example, isText)

const wholeNumber = (least: number, most: number, example: string) =>
  leaf<number>(
    `a whole number from ${least} to ${most}`,
    example,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  )

const flag = (example: string) => leaf<boolean>('true or false', example, (value) => typeof value === 'boolean')

const oneOf = <Word extends string>(words: readonly Word[], example: string) =>
  leaf<Word>(
    `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    example,
    (value) => typeof value === 'string' && words.some((word) => word === value),
  )

/** A limit, or `false` for none. */
const limit = (most: number, example: string) =>
  leaf<number | false>(
    `a whole number from 0 to ${most}, or false`,
    example,
    (value) => value === false || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most),
  )

const address = (example: string) =>
  leaf<string>(
    'an http or https address',
    example,
    (value) => isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  )

/** A share such as `25%`, as 0.25. */
const share = v.pipe(
  leaf<string>('a share from 0% to 1000%', 'tolerance: "25%"', (value) => {
    const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null
    return match !== null && Number(match[1]) <= 1000
  }),
  v.transform((value) => Number(value.slice(0, -1)) / 100),
)

const severities = ['error', 'warning', 'info'] as const

/** Without pages, streams and the like: these rules may stand at a page as well. */
const pageRules = {
  streamsPerTab: v.optional(limit(1000, 'streamsPerTab: 1')),
  streamsPerOrigin: v.optional(limit(1000, 'streamsPerOrigin: 6')),
  socketsPerOrigin: v.optional(limit(1000, 'socketsPerOrigin: 5')),
  tabsBeforeStall: v.optional(limit(50, 'tabsBeforeStall: 8')),
  stalledRequests: v.optional(limit(1000, 'stalledRequests: 0')),
}

/** @param bareNumbers whether a time may be a number, in milliseconds */
export function createSchema(bareNumbers: boolean): v.GenericSchema<unknown, Settings> {
  const isDuration = (value: unknown): value is Duration =>
    typeof value === 'number'
      ? bareNumbers && value >= 0 && value < 2 ** 31
      : typeof value === 'string' && parseDuration(value) !== undefined
  const takesDuration = bareNumbers ? 'a time' : 'a time with its unit'
  const toMs = v.transform((value: Duration) => (typeof value === 'number' ? value : (parseDuration(value) ?? 0)))
  const duration = (example: string) => v.pipe(leaf<Duration>(takesDuration, example, isDuration), toMs)

  const step = v.union(
    [
      v.strictObject({ visit: text('an address', '{ visit: "/settings" }') }),
      v.strictObject({ click: text('a CSS selector', '{ click: "#open" }') }),
      v.strictObject({ waitFor: text('a CSS selector', '{ waitFor: ".ready" }') }),
      v.pipe(
        v.strictObject({ wait: duration('{ wait: "2s" }') }),
        v.transform(({ wait }) => ({ waitMs: wait })),
      ),
    ],
    `takes one of visit, click, waitFor and wait, as in { click: "#open" }${bareNumbers ? '' : ' or { wait: "2s" }'}`,
  ) as v.GenericSchema<unknown, StepSettings>

  const page = v.strictObject({
    url: text('an address', 'url: "http://localhost:3000/"'),
    name: v.optional(text('a name', 'name: "dashboard"')),
    tabs: v.optional(wholeNumber(1, 50, 'tabs: 8')),
    steps: v.optional(v.array(step, 'takes a list of steps, as in steps: [{ click: "#open" }]')),
    cookies: v.optional(
      v.array(
        v.strictObject({
          name: text('a name', '{ name: "session", value: "…" }'),
          value: leaf<string>('a text', '{ name: "session", value: "…" }', (value) => typeof value === 'string'),
        }),
        'takes a list, as in cookies: [{ name: "session", value: "…" }]',
      ),
    ),
    headers: v.optional(
      leaf<Record<string, string>>(
        'names with texts',
        'headers: { "x-user": "ada" }',
        (value) =>
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          Object.values(value).every((part) => typeof part === 'string'),
      ),
    ),
    setup: v.optional(
      leaf<NonNullable<PageSettings['setup']>>(
        'a function',
        'setup: async (page) => { … }',
        (value) => typeof value === 'function',
      ),
    ),
    budget: v.optional(v.strictObject(pageRules, 'takes rules, as in budget: { streamsPerTab: 1 }')),
  })

  const budget = v.strictObject(
    {
      ...pageRules,
      failoverTime: v.optional(
        v.union(
          [v.literal(false), duration('failoverTime: "500ms"')],
          `takes ${takesDuration}, or false, as in failoverTime: "500ms"`,
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
  ) as v.GenericSchema<unknown, Budget>

  const start = v.pipe(
    v.strictObject(
      {
        command: text('a command', 'command: "npm start"'),
        url: address('url: "http://localhost:3000/"'),
        timeout: v.optional(duration('timeout: "60s"')),
      },
      'takes a command and an address, as in start: { command: "npm start", url: "http://localhost:3000/" }',
    ),
    v.transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout !== undefined && { timeoutMs: timeout }) })),
  )

  const pageOrAddress = v.pipe(
    v.union(
      [text('an address', '"http://localhost:3000/"'), page],
      'takes an address or a page, as in "http://localhost:3000/" or { url: "http://localhost:3000/", tabs: 8 }',
    ),
    v.transform((one) => (typeof one === 'string' ? { url: one } : one)),
  )

  return v.pipe(
    v.strictObject(
      {
        start: v.optional(start),
        pages: v.optional(v.array(pageOrAddress, 'takes a list, as in pages: ["http://localhost:3000/"]')),
        streams: v.optional(
          v.array(
            address('"http://localhost:3000/events"'),
            'takes a list, as in streams: ["http://localhost:3000/events"]',
          ),
        ),
        budget: v.optional(budget),
        tabs: v.optional(wholeNumber(1, 50, 'tabs: 8')),
        runs: v.optional(wholeNumber(1, 20, 'runs: 3')),
        tolerance: v.optional(share),
        browser: v.optional(text('chrome, chromium, edge, firefox or a path', 'browser: "chromium"')),
        sandbox: v.optional(flag('sandbox: false')),
        insecure: v.optional(flag('insecure: true')),
        timeout: v.optional(duration('timeout: "30s"')),
        baseline: v.optional(text('a file', 'baseline: "sse-coord.baseline.json"')),
        run: v.optional(text('a command', 'run: "npm run e2e"')),
        target: v.optional(address('target: "http://localhost:3000"')),
        forward: v.optional(flag('forward: true')),
        failOn: v.optional(oneOf(severities, 'failOn: "error"')),
      },
      'takes an object, as in export default { pages: ["http://localhost:3000/"] }',
    ),
    v.transform(({ timeout, ...rest }) => ({ ...rest, ...(timeout !== undefined && { timeoutMs: timeout }) })),
  ) as unknown as v.GenericSchema<unknown, Settings>
}
