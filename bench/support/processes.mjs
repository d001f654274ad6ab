// What the measurements with processes of their own share: starting and asking them, and reading options.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Starts a module that answers orders over IPC. `url` is `new URL('file.mjs', import.meta.url)`. */
export function start(url, args = [], execArgv = []) {
  const child = fork(fileURLToPath(url), args, { execArgv })
  const answers = []
  const waiting = []
  child.on('message', ({ answer }) => {
    const next = waiting.shift()
    if (next) next.resolve(answer)
    else answers.push(answer)
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`${url} ${args} ended with ${code}`))
  })
  const next = () =>
    new Promise((resolve, reject) => {
      if (answers.length > 0) resolve(answers.shift())
      else waiting.push({ resolve, reject })
    })
  return {
    pid: child.pid,
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

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Puts values into an order drawn anew. */
export function shuffle(values) {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[values[last], values[other]] = [values[other], values[last]]
  }
  return values
}

/** Between which figures 95 of 100 lie that `figure` makes of samples drawn anew from what was measured. */
export function range(measured, figure, draws = 400) {
  const figures = Array.from({ length: draws }, () =>
    figure(Array.from(measured, () => measured[Math.floor(Math.random() * measured.length)])),
  ).sort((one, other) => one - other)
  return [figures[Math.floor(draws * 0.025)], figures[Math.ceil(draws * 0.975) - 1]]
}

/** The text after `--name`, or the standard. */
export function option(name, standard) {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? standard : process.argv[at + 1]
}

export const numbers = (text) => text.split(',').map(Number)
