/** Throws a TypeError that names what is wrong. */
export function must(isRight: unknown, name: string, be: string): void {
  if (!isRight) throw new TypeError(`${name} must be ${be}`)
}
