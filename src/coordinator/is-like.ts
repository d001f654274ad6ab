/** What may arrive on a channel, where anybody may speak, against a sample of what is expected. */

/** Whether a value is made like a sample, in which a list of one stands for any that is not empty. */
export function isLike(value: unknown, sample: unknown): boolean {
  return Array.isArray(sample)
    ? Array.isArray(value) &&
        !!value.length &&
        (sample[1] === undefined ? [...value] : sample).every((_, index) =>
          isLike(value[index], sample[index] ?? sample[0]),
        )
    : typeof value === typeof sample
}
