/** What may be said of one page: its address, how to get there, and what it may hold. */
import * as v from 'valibot'
import type { PageBudgetConfig } from './config.js'
import { type Leaf, leaf, limit, type Times, text, wholeNumber } from './leaves.js'
import type { PageSettings, StepSettings } from './settings.js'

/** The rules that may stand at a page as well as in the whole budget. */
export const pageRules: Record<keyof PageBudgetConfig, v.OptionalSchema<Leaf<number | false>, undefined>> = {
  streamsPerTab: v.optional(limit(1000, 'streamsPerTab: 1')),
  streamsPerOrigin: v.optional(limit(1000, 'streamsPerOrigin: 6')),
  socketsPerOrigin: v.optional(limit(1000, 'socketsPerOrigin: 5')),
  tabsBeforeStall: v.optional(limit(50, 'tabsBeforeStall: 8')),
  stalledRequests: v.optional(limit(1000, 'stalledRequests: 0')),
}

/** A page, or its address alone. */
export function pageSchema(times: Times): Leaf<PageSettings> {
  const page = v.strictObject({
    url: text('an address', 'url: "http://localhost:3000/"'),
    name: v.optional(text('a name', 'name: "dashboard"')),
    tabs: v.optional(wholeNumber(1, 50, 'tabs: 8')),
    steps: v.optional(v.array(stepSchema(times), 'takes a list of steps, as in steps: [{ click: "#open" }]')),
    cookies: v.optional(cookies),
    headers: v.optional(headers),
    setup: v.optional(setup),
    budget: v.optional(v.strictObject(pageRules, 'takes rules, as in budget: { streamsPerTab: 1 }')),
  })
  return v.pipe(
    v.union(
      [text('an address', '"http://localhost:3000/"'), page],
      'takes an address or a page, as in "http://localhost:3000/" or { url: "http://localhost:3000/", tabs: 8 }',
    ),
    v.transform((one) => (typeof one === 'string' ? { url: one } : one)),
  ) as Leaf<PageSettings>
}

function stepSchema({ time, takes }: Times): Leaf<StepSettings> {
  const wait = takes === 'a time' ? '' : ' or { wait: "2s" }'
  return v.union(
    [
      v.strictObject({ visit: text('an address', '{ visit: "/settings" }') }),
      v.strictObject({ click: text('a CSS selector', '{ click: "#open" }') }),
      v.strictObject({ waitFor: text('a CSS selector', '{ waitFor: ".ready" }') }),
      v.pipe(
        v.strictObject({ wait: time('{ wait: "2s" }') }),
        v.transform(({ wait: waitMs }) => ({ waitMs })),
      ),
    ],
    `takes one of visit, click, waitFor and wait, as in { click: "#open" }${wait}`,
  )
}

const cookies = v.array(
  v.strictObject({
    name: text('a name', '{ name: "session", value: "…" }'),
    value: leaf<string>('a text', '{ name: "session", value: "…" }', (value) => typeof value === 'string'),
  }),
  'takes a list, as in cookies: [{ name: "session", value: "…" }]',
)

const headers = leaf<Record<string, string>>(
  'names with texts',
  'headers: { "x-user": "ada" }',
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((part) => typeof part === 'string'),
)

const setup = leaf<NonNullable<PageSettings['setup']>>(
  'a function',
  'setup: async (page) => { … }',
  (value) => typeof value === 'function',
)
