import { setTimeout as wait } from 'node:timers/promises'

/** Waits for a condition to come true; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(2)
}
