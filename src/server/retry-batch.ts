/** The bytes of reconnection times, which open every stream. */
import { type Batch, createFrame } from './batch.js'
import type { RetryRange } from './session-options.js'
import { emptyBatch } from './tick.js'

/**
 * How many different times a range is told in: enough that returning clients come spread out, few enough that the bytes
 * of each are made once.
 */
const timesOfRange = 100

const retryBatches = new Map<number, Batch>()

/** One of the times of a range, by chance. Most connections ask for the same range; its bytes are made once. */
export function retryBatch(range: RetryRange): Batch {
  const retryMs = pickTime(range)
  let batch = retryBatches.get(retryMs)
  if (!batch) {
    batch = emptyBatch().append(createFrame(`retry: ${retryMs}\n\n`))
    if (retryBatches.size >= 4 * timesOfRange) retryBatches.clear()
    retryBatches.set(retryMs, batch)
  }
  return batch
}

function pickTime([fromMs, toMs]: RetryRange): number {
  const step = Math.floor(Math.random() * timesOfRange)
  return fromMs + Math.round(((toMs - fromMs) * step) / (timesOfRange - 1))
}
