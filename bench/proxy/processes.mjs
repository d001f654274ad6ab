// Starts origin, proxy and readers, each in a process of its own, and what the measurements share.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

function start(file, args = [], execArgv = []) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv })
  const answers = []
  const waiting = []
  child.on('message', ({ answer }) => {
    const next = waiting.shift()
    if (next) next.resolve(answer)
    else answers.push(answer)
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`${file} ${args} ended with ${code}`))
  })
  const next = () =>
    new Promise((resolve, reject) => {
      if (answers.length > 0) resolve(answers.shift())
      else waiting.push({ resolve, reject })
    })
  return {
    next,
    ask(order, rest = {}) {
      child.send({ order, ...rest })
      return next()
    },
    stop() {
      return new Promise((resolve) => {
        child.once('exit', resolve)
        child.disconnect()
      })
    },
  }
}

/** Runs `work({ origin, proxy, readers, port })` with fresh processes around one proxy. */
export async function withProxy(name, work) {
  const origin = start('origin.mjs')
  const proxy = start('host.mjs', [name, String(await origin.next())], ['--expose-gc'])
  const readers = start('readers.mjs')
  try {
    const [port] = await Promise.all([proxy.next(), readers.next()])
    return await work({ origin, proxy, readers, port })
  } finally {
    await Promise.all([readers.stop(), proxy.stop()])
    await origin.stop()
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Names after `--only`, or all; a number after `--rounds`, and so on. */
export function option(name, standard) {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? standard : process.argv[at + 1]
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
