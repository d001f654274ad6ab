/** Calls that must not keep each other from being made, as listeners of an application may throw. */

/** Visits all, also where a visit throws; what the first one threw is thrown at the end. */
export function visitAll<Item>(items: Iterable<Item>, visit: (item: Item) => void): void {
  const errors: unknown[] = []
  for (const item of items) {
    try {
      visit(item)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
