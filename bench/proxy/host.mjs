// The measured process: one proxy, and nothing else. Driven over IPC by processes.mjs.
import { readFileSync } from 'node:fs'
import { contenders } from './contenders.mjs'

const started = await contenders[process.argv[2]](Number(process.argv[3]))
const { port, pid = process.pid } = typeof started === 'number' ? { port: started } : started
/** Clock ticks a second, as in nearly every Linux. */
const ticks = 100

const orders = {
  /** User and system time so far, in microseconds; 10 ms fine, read the same way for every contender. */
  cpu() {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticks
  },
  rss() {
    for (let n = 0; n < 4; n++) globalThis.gc?.()
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  },
}

process.on('message', ({ order }) => process.send({ answer: orders[order]() ?? null }))
process.on('disconnect', () => process.exit())
process.send({ answer: port })
