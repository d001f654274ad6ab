// How long an event takes from the server to a tab that follows, and how long a burst takes to reach four of them.
// node bench/coordinator/relay.mjs [--events 1000] [--burst 20000] [--only coordinator,web-lock]
import { names } from './contenders.mjs'
import { openLab, option, pause, quantile, until } from './lab.mjs'

const events = Number(option('events', '1000'))
const burst = Number(option('burst', '20000'))

for (const contender of option('only', names.join(',')).split(',')) {
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
    console.log(`${contender.padEnd(18)} never began`)
    await lab.close()
    continue
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
  const leaderMs = spans[0][2] - spans[0][1]
  const lastMs = Math.max(...spans.slice(1).map(([, first, last]) => last - first))
  console.log(
    `${contender.padEnd(18)} at the leader p50 ${quantile(leaders, 0.5).toFixed(1)} p95 ${quantile(leaders, 0.95).toFixed(1)} ms   ` +
      `at followers p50 ${quantile(followersDelays, 0.5).toFixed(1)} p95 ${quantile(followersDelays, 0.95).toFixed(1)} ms   ` +
      `burst of ${burst}: leader ${leaderMs.toFixed(0)} ms, last follower ${lastMs.toFixed(0)} ms, least received ${Math.min(...spans.map(([count]) => count))}`,
  )
  await lab.close()
}
