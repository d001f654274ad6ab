// Starts origin, proxies and readers, each in a process of its own.
import { option, start } from '../support/processes.mjs'

export { median, numbers, option, range, sleep } from '../support/processes.mjs'

/** Runs `work({ origin, proxies, readers, ports })` with fresh processes around proxies side by side; `flags` are Node's. */
export async function withProxies(names, work, flags = []) {
  const origin = start(new URL('origin.mjs', import.meta.url))
  const target = String(await origin.next())
  const proxies = names.map((name) =>
    start(new URL('host.mjs', import.meta.url), [name, target], ['--expose-gc', ...flags]),
  )
  const readers = start(new URL('readers.mjs', import.meta.url))
  try {
    const [ports] = await Promise.all([Promise.all(proxies.map((proxy) => proxy.next())), readers.next()])
    return await work({ origin, proxies, readers, ports })
  } finally {
    await Promise.all([readers, ...proxies].map((process) => process.stop()))
    await origin.stop()
  }
}

/** Measures each contender once a round, one after the other, with fresh processes. */
export async function compare(names, rounds, measure, flags) {
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const result = await withProxies(
        [name],
        ({ proxies: [proxy], ports: [port], ...rest }) => measure({ proxy, port, ...rest }),
        flags,
      )
      results[name].push(result)
      console.error(`round ${round + 1} ${name} ${JSON.stringify(result)}`)
    }
  }
  return results
}

/** The names after `--only`, parted by commas, or all of them. */
export function chosen(names) {
  const only = option('only', '').split(',')
  return only[0] === '' ? names : names.filter((name) => only.includes(name))
}
