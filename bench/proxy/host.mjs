// The measured process: one proxy, and nothing else. Driven over IPC by processes.mjs.
import { readdirSync, readFileSync } from 'node:fs'
import { contenders } from './contenders.mjs'

const started = await contenders[process.argv[2]](Number(process.argv[3]))
const { port, pid = process.pid } = typeof started === 'number' ? { port: started } : started

const orders = {
  /** CPU time of all threads so far, in microseconds, read the same way for every contender. */
  cpu() {
    const threads = readdirSync(`/proc/${pid}/task`)
    const taken = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    )
    return taken.reduce((sum, ns) => sum + ns, 0) / 1000
  },
  /** Makes so much garbage that all of V8's room for young objects has been used. */
  litter() {
    const last = []
    for (let n = 0; n < 2_000_000; n++) last[0] = { n, text: [n] }
  },
  rss() {
    for (let n = 0; n < 4; n++) globalThis.gc?.()
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  },
}

process.on('message', ({ order }) => process.send({ answer: orders[order]() ?? null }))
process.on('disconnect', () => process.exit())
process.send({ answer: port })
