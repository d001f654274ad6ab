/** How many streams a server has open, by its own account: a figure of its metrics, or the sockets of its process. */
import { readdir, readlink } from 'node:fs/promises'
import type { StreamRequest } from '../client/index.js'
import { look } from './look.js'
import type { Subject } from './subject.js'

export interface Counter {
  source: 'metrics' | 'pid'
  /** @throws Error with one sentence where it cannot be read */
  count(): Promise<number>
}

export function countByMetrics(request: StreamRequest, metric: string, { startedAt, signal }: Subject): Counter {
  return {
    source: 'metrics',
    async count() {
      let text = ''
      const exchange = await look({
        request,
        startedAt,
        signal,
        forMs: 5000,
        onText: (whole) => {
          text = whole
        },
      })
      if (exchange.status !== 200) throw new Error(`the metrics answered with ${exchange.status ?? 'nothing'}`)
      const value = readMetric(text, metric)
      if (value === undefined) throw new Error(`the metrics have no ${metric}`)
      return value
    },
  }
}

/** A metric in OpenMetrics text (all its samples together), or a number in JSON by its path, as in `streams.open`. */
export function readMetric(text: string, metric: string): number | undefined {
  try {
    let value: unknown = JSON.parse(text)
    for (const key of metric.split('.')) value = (value as Record<string, unknown> | null)?.[key]
    return typeof value === 'number' ? value : undefined
  } catch {
    // Not JSON.
  }
  const samples = text
    .split('\n')
    .filter((line) => line.startsWith(metric) && /^[\s{]/.test(line.slice(metric.length)))
    .map((line) => Number(/[}\s]\s*([-+\d.eE]+)(\s+\d+)?\s*$/.exec(line)?.[1]))
    .filter(Number.isFinite)
  return samples.length === 0 ? undefined : samples.reduce((sum, value) => sum + value, 0)
}

/** The sockets that a process of this machine holds. Linux alone. */
export function countByPid(pid: number): Counter {
  return {
    source: 'pid',
    async count() {
      if (process.platform !== 'linux') throw new Error('--pid needs Linux; use --metrics URL --metric NAME')
      const folder = `/proc/${pid}/fd`
      const names = await readdir(folder).catch(() => {
        throw new Error(`process ${pid} cannot be looked into: it is gone, or belongs to somebody else`)
      })
      const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')))
      return links.filter((link) => link.startsWith('socket:')).length
    },
  }
}
