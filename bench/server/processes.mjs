// Starts and drives hosts and their readers, each in a process of its own. With `--pin` hosts run on the first core and
// readers on the second: see apart.sh.
import { execFileSync } from 'node:child_process'
import { start } from '../support/processes.mjs'

export { median, numbers, option, sleep } from '../support/processes.mjs'

function startOn(core, file, args = [], execArgv = []) {
  const started = start(new URL(file, import.meta.url), args, execArgv)
  if (process.argv.includes('--pin')) {
    execFileSync('taskset', ['-pc', String(core), String(started.pid)], { stdio: 'ignore' })
  }
  return started
}

/** Runs `work(host, readers, port)` with a fresh host of one kit and fresh readers. */
export async function withHost(kit, work) {
  const host = startOn(0, 'host.mjs', [kit], ['--expose-gc'])
  const readers = startOn(1, 'readers.mjs')
  try {
    const [port] = await Promise.all([host.next(), readers.next()])
    return await work(host, readers, port)
  } finally {
    await Promise.all([host.stop(), readers.stop()])
  }
}

/** Runs `work(runs)` with a host and readers for each kit, to be set to work in turn: `{ name, host, readers, port }`. */
export function withHosts(names, work, runs = []) {
  const [name, ...rest] = names
  if (name === undefined) return work(runs)
  return withHost(name, (host, readers, port) => withHosts(rest, work, [...runs, { name, host, readers, port }]))
}

/** Microseconds of CPU that a host has spent until now: of its own, and with what the kernel did for it. */
export async function cpuOf({ host }) {
  const { user, system } = await host.ask('cpu')
  return { user, all: user + system }
}
