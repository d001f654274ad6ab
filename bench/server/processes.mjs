// Starts and drives the host and the readers, each in a process of its own.
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
