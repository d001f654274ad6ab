/** Chance and time of the simulation: random numbers that a seed repeats, and tasks in their order. */
import type { Tab } from './simulated-tab.js'

/** Random numbers that a seed repeats. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Something that happens in a tab, or outside of all. */
export interface Task {
  at: number
  order: number
  tab: Tab | undefined
  run: () => void
}

/** A binary heap of tasks, by time and then by the order in which they were set. */
export class Agenda {
  readonly #heap: Task[] = []

  static before(a: Task, b: Task): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  push(task: Task): void {
    const heap = this.#heap
    let index = heap.push(task) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (!above || Agenda.before(above, task)) break
      heap[index] = above
      index = parent
    }
    heap[index] = task
  }

  peek(): Task | undefined {
    return this.#heap[0]
  }

  pop(): Task | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (!top || !last || heap.length === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = heap[child]
      const right = heap[child + 1]
      if (below && right && Agenda.before(right, below)) {
        below = right
        child++
      }
      if (!below || Agenda.before(last, below)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
    return top
  }
}
