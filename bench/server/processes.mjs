// Starts and drives hosts and their readers, each in a process of its own. With `--pin` hosts run on the first core and
// readers on the second: see apart.sh.
import { execFileSync, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

function start(file, args = [], execArgv = []) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv })
  if (process.argv.includes('--pin')) {
    execFileSync('taskset', ['-pc', file === 'host.mjs' ? '0' : '1', String(child.pid)], { stdio: 'ignore' })
  }
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
    /** Lets the process sleep through what arrives for it meanwhile. */
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    stop() {
      return new Promise((resolve) => {
        child.once('exit', resolve)
        child.disconnect()
      })
    },
  }
}

/** Runs `work(host, readers, port)` with a fresh host of one kit and fresh readers. */
export async function withHost(kit, work) {
  const host = start('host.mjs', [kit], ['--expose-gc'])
  const readers = start('readers.mjs')
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

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Names after `--kits`, or all; a number after `--rounds`, and so on. */
export function option(name, standard) {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? standard : process.argv[at + 1]
}

export const numbers = (text) => text.split(',').map(Number)
