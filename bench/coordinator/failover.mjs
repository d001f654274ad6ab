// From the end of the leading tab to the next event, over a new stream, at another tab; and what was lost or doubled.
// node bench/coordinator/failover.mjs [--trials 5] [--ends close,crash] [--only coordinator,web-lock]
// All of it takes a quarter of an hour; by --ends and --only it may be had in pieces.
import { names } from './contenders.mjs'
import { now, openLab, option, pause, quantile, until } from './lab.mjs'

const trials = Number(option('trials', '5'))
const waitMs = 10_000

/** Each gets ready for the end of a page, and then returns what ends it: the clock starts in between. */
const ends = {
  close: (page) => () => page.close(),
  crash: async (page) => {
    const session = await page.createCDPSession()
    return () => session.send('Page.crash')
  },
  kill: async (page) => {
    const processId = await processOf(page)
    return () => process.kill(processId, 'SIGKILL')
  },
  freeze: async (page) => {
    const session = await page.createCDPSession()
    return () => session.send('Page.setWebLifecycleState', { state: 'frozen' })
  },
  bfcache: (page, url) => () => page.goto(`${url}/elsewhere`),
  hang: (page) => () => page.evaluate(beBusyFor, 12_000),
}

function beBusyFor(ms) {
  const until = Date.now() + ms
  while (Date.now() < until);
}

/** The process that draws a page: the only one that is busy whenever the page is, twice in a row. */
async function processOf(page) {
  const session = await page.browser().target().createCDPSession()
  const used = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime])
  }
  for (let last; ; ) {
    const before = new Map(await used())
    await page.evaluate(beBusyFor, 200)
    const busy = (await used()).filter(([id, seconds]) => seconds - before.get(id) > 0.1).map(([id]) => id)
    if (busy.length === 1 && busy[0] === last) return last
    last = busy.length === 1 ? busy[0] : undefined
  }
}

async function trial(contender, end) {
  const lab = await openLab(contender, { tabs: 3, everyMs: 20 })
  try {
    const [leader, ...others] = lab.pages
    const seenBy = (page) => page.evaluate(() => globalThis.seen())
    if (!(await until(async () => (await seenBy(others[0])).length > 5, 15_000)))
      return { ms: null, lost: 0, doubled: 0 }
    await others[1].bringToFront()
    const putAnEnd = await ends[end](leader, lab.url)
    await pause(300)
    const connections = lab.connections()
    const at = now()
    Promise.resolve(putAnEnd()).catch(() => {})
    const isNew = ([connection]) => connection > connections
    const resumed = await until(async () => (await seenBy(others[1])).some(isNew), waitMs)
    await pause(500)
    let [ms, lost, doubled] = [null, 0, 0]
    for (const page of others) {
      const seen = await seenBy(page)
      const ids = seen.map(([, id]) => id)
      const distinct = new Set(ids)
      const first = seen.find(isNew)
      if (first && resumed) ms = Math.min(ms ?? Number.POSITIVE_INFINITY, first[3] - at)
      if (resumed) lost = Math.max(lost, Math.max(...ids) - Math.min(...ids) + 1 - distinct.size)
      doubled = Math.max(doubled, ids.length - distinct.size)
    }
    return { ms, lost, doubled }
  } finally {
    await lab.close()
  }
}

const only = option('only', names.filter((name) => name !== 'raw-channel').join(',')).split(',')
const wanted = option('ends', Object.keys(ends).join(',')).split(',')
for (const [word, known] of [...only.map((name) => [name, names]), ...wanted.map((end) => [end, Object.keys(ends)])]) {
  if (!known.includes(word)) throw new Error(`${word} is none of ${known.join()}`)
}

const show = (ms) => (Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : `none in ${waitMs / 1000} s`).padStart(12)
console.log(
  `event over a new stream after …, median and worst of ${trials} (hang: 2); lost and doubled at the worst tab`,
)
for (const end of wanted) {
  for (const contender of only) {
    const results = []
    const count = end === 'hang' ? Math.min(2, trials) : trials
    while (results.length < count) results.push(await trial(contender, end))
    const times = results.map(({ ms }) => ms).filter((ms) => ms !== null)
    const most = (what) => Math.max(...results.map((result) => result[what]))
    console.log(
      `${end.padEnd(8)} ${contender.padEnd(22)} ${show(quantile(times, 0.5))} ${show(Math.max(...times, times.length ? 0 : Number.NaN))}` +
        `   ${count - times.length} of ${count} silent   lost ${most('lost')}   doubled ${most('doubled')}`,
    )
  }
}
