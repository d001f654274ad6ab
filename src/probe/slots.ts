/** Manners: so many connections at a time, and whoever comes later waits. */

export interface Slots {
  /** Runs as soon as a place is free, in the order of asking. */
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

export function createSlots(most: number): Slots {
  let taken = 0
  const waiting: (() => void)[] = []
  return {
    async run(work) {
      if (taken >= most) await new Promise<void>((resolve) => waiting.push(resolve))
      else taken++
      try {
        return await work()
      } finally {
        // The place goes straight to the next in line.
        const next = waiting.shift()
        if (next) next()
        else taken--
      }
    },
  }
}
