/** The keys that may stand at a place of a config, read off the schema that judges it: one list, not two. */

/** As much of valibot’s schemas as is needed to find a way through them. */
interface Part {
  /** Of an object. */
  entries?: Record<string, Part>
  /** Of a list. */
  item?: Part
  /** Of a union; of words that are allowed, not parts but the words. */
  options?: readonly (Part | string)[]
  /** Of something that may be left out. */
  wrapped?: Part
}

/** @param path from the top; empty for the config itself. What is no object has no keys. */
export function keysAt(schema: object, path: readonly (string | number)[]): string[] {
  return [...new Set(partsAt(schema, path).flatMap(({ entries = {} }) => Object.keys(entries)))]
}

function partsAt(part: Part, path: readonly (string | number)[]): Part[] {
  if (part.wrapped) return partsAt(part.wrapped, path)
  if (part.options) return part.options.flatMap((one) => (typeof one === 'object' ? partsAt(one, path) : []))
  const [key, ...rest] = path
  if (key === undefined) return [part]
  const next = typeof key === 'number' ? part.item : part.entries?.[key]
  return next ? partsAt(next, rest) : []
}
