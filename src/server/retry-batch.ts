/** The bytes of reconnection times, which open every stream. */
import { type Batch, createFrame } from './batch.js'
import { emptyBatch } from './tick.js'

const retryBatches = new Map<number, Batch>()

/** Most connections ask for the same reconnection time; its bytes are made once. */
export function retryBatch(retryMs: number): Batch {
  let batch = retryBatches.get(retryMs)
  if (!batch) {
    batch = emptyBatch().append(createFrame(`retry: ${retryMs}\n\n`))
    if (retryBatches.size >= 100) retryBatches.clear()
    retryBatches.set(retryMs, batch)
  }
  return batch
}
