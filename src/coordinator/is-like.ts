/** What may arrive on a channel, where anybody may speak, against a sample of what is expected. */

/**
 * Whether a value is made like a sample. What a list has beyond its sample is to be like the first in it, so that a list of
 * one stands for any that is not empty.
 */
export function isLike(value: unknown, sample: unknown): boolean {
  if (!Array.isArray(sample)) return typeof value === typeof sample
  if (!Array.isArray(value)) return false
  // By hand, and so over holes too: bursts bring thousands of events.
  for (let index = Math.max(value.length, sample.length); index--; )
    if (!isLike(value[index], sample[index] ?? sample[0])) return false
  return true
}
