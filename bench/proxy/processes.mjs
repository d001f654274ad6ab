// Starts origin, proxy and readers, each in a process of its own, and measures one proxy after the other.
import { option, start } from '../support/processes.mjs'

export { median, option, sleep } from '../support/processes.mjs'

/** Runs `work({ origin, proxy, readers, port })` with fresh processes around one proxy. */
export async function withProxy(name, work) {
  const origin = start(new URL('origin.mjs', import.meta.url))
  const proxy = start(new URL('host.mjs', import.meta.url), [name, String(await origin.next())], ['--expose-gc'])
  const readers = start(new URL('readers.mjs', import.meta.url))
  try {
    const [port] = await Promise.all([proxy.next(), readers.next()])
    return await work({ origin, proxy, readers, port })
  } finally {
    await Promise.all([readers.stop(), proxy.stop()])
    await origin.stop()
  }
}

/** Measures each contender once a round, one after the other, so that all meet the same machine. */
export async function compare(names, rounds, measure) {
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const result = await withProxy(name, measure)
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
