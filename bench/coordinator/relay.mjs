// How long an event takes from the server to a tab that follows, and how long a burst takes to reach four of them.
// With rounds, the contenders take turns, and the medians of their rounds end the print.
// node bench/coordinator/relay.mjs [--events 1000] [--burst 20000] [--rounds 1] [--only coordinator,web-lock]
import { names } from './contenders.mjs'
import { openLab, option, pause, quantile, until } from './lab.mjs'

const events = Number(option('events', '1000'))
const burst = Number(option('burst', '20000'))
const rounds = Number(option('rounds', '1'))
const contenders = option('only', names.join(',')).split(',')

/** What one contender took, in milliseconds; undefined if no event arrived at one of its tabs. */
async function measure(contender) {
  const lab = await openLab(contender, { tabs: 5, everyMs: 0 })
  const followers = lab.pages.slice(1)
  // Until a follower hears what is sent: an election may take its time.
  const ready = await until(async () => {
    lab.send()
    await pause(50)
    return (await Promise.all(lab.pages.map((page) => page.evaluate(() => globalThis.heard.length)))).every(
      (count) => count > 0,
    )
  }, 15_000)
  if (!ready) {
    await lab.close()
    return undefined
  }
  const clear = () =>
    Promise.all(
      lab.pages.map((page) =>
        page.evaluate(() => {
          globalThis.heard.length = 0
        }),
      ),
    )
  await clear()
  for (let count = 0; count < events; count++) {
    lab.send('x'.repeat(150))
    await pause(4)
  }
  await pause(500)
  const delays = async (page) => (await page.evaluate(() => globalThis.seen())).map(([, , sentAt, at]) => at - sentAt)
  const [leaders, ...theirs] = await Promise.all(lab.pages.map(delays))
  const followersDelays = theirs.flat()
  await clear()
  // One write by the server; the clock runs from there to the last event at the last tab.
  lab.send('x'.repeat(150), burst)
  await until(
    async () =>
      (await Promise.all(followers.map((page) => page.evaluate(() => globalThis.heard.length / 2)))).every(
        (count) => count >= burst,
      ),
    60_000,
  )
  const spans = await Promise.all(
    lab.pages.map((page) =>
      page.evaluate(() => {
        const seen = globalThis.seen()
        return [seen.length, seen[0]?.[2] ?? 0, seen.at(-1)?.[3] ?? 0]
      }),
    ),
  )
  await lab.close()
  return {
    leaderP50: quantile(leaders, 0.5),
    leaderP95: quantile(leaders, 0.95),
    followersP50: quantile(followersDelays, 0.5),
    followersP95: quantile(followersDelays, 0.95),
    burstAtLeader: spans[0][2] - spans[0][1],
    burstAtLast: Math.max(...spans.slice(1).map(([, first, last]) => last - first)),
    received: Math.min(...spans.map(([count]) => count)),
  }
}

function print(contender, figures) {
  console.log(
    `${contender.padEnd(22)} at the leader p50 ${figures.leaderP50.toFixed(1)} p95 ${figures.leaderP95.toFixed(1)} ms   ` +
      `at followers p50 ${figures.followersP50.toFixed(1)} p95 ${figures.followersP95.toFixed(1)} ms   ` +
      `burst of ${burst}: leader ${figures.burstAtLeader.toFixed(0)} ms, last follower ${figures.burstAtLast.toFixed(0)} ms, least received ${figures.received}`,
  )
}

const taken = new Map(contenders.map((contender) => [contender, []]))
for (let round = 0; round < rounds; round++) {
  for (const contender of contenders) {
    const figures = await measure(contender)
    if (figures) {
      taken.get(contender).push(figures)
      print(contender, figures)
    } else console.log(`${contender.padEnd(22)} never began`)
  }
}
if (rounds > 1) {
  console.log(`\nmedians of ${rounds} rounds`)
  for (const [contender, all] of taken) {
    if (!all.length) continue
    const medianOf = (field) =>
      quantile(
        all.map((figures) => figures[field]),
        0.5,
      )
    print(contender, Object.fromEntries(Object.keys(all[0]).map((field) => [field, medianOf(field)])))
  }
}
