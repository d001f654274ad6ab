/** Keeps a parent's children in step with a list: each item keeps its element, so that focus and selection stay. */

/** What stands for one item. */
export interface Row<Item> {
  root: HTMLElement
  update(item: Item): void
}

/** Makes the function that brings `parent` in step. Items keep their order among each other, or their elements move. */
export function keyedList<Item>(
  parent: HTMLElement,
  keyOf: (item: Item) => string | number,
  create: (item: Item) => Row<Item>,
): (items: readonly Item[]) => void {
  const rows = new Map<string | number, Row<Item>>()
  return (items) => {
    const keys = new Set(items.map(keyOf))
    for (const [key, row] of rows) {
      if (keys.has(key)) continue
      row.root.remove()
      rows.delete(key)
    }
    let next = parent.firstElementChild
    for (const item of items) {
      const key = keyOf(item)
      const row = rows.get(key) ?? create(item)
      rows.set(key, row)
      row.update(item)
      if (row.root === next) next = next.nextElementSibling
      else parent.insertBefore(row.root, next)
    }
  }
}
