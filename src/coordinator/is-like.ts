/** What may arrive on a channel, where anybody may speak, against a sample of what is expected. */

/**
 * Whether a value is made like a sample. What a list has beyond its sample is to be like the first in it, so that a list of
 * one stands for any that is not empty.
 */
export function isLike(value: unknown, sample: unknown): boolean {
  return Array.isArray(sample)
    ? Array.isArray(value) &&
        [...(value.length > sample.length ? value : sample)].every((_, index) =>
          isLike(value[index], sample[index] ?? sample[0]),
        )
    : typeof value === typeof sample
}
