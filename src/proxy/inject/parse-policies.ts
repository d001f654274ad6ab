/** Reads `Content-Security-Policy` headers. Content Security Policy Level 3, section 2.2.1. */

/** Directives by name, in lower case; the first of each name counts. */
export type Directives = ReadonlyMap<string, readonly string[]>

/** All policies of all headers: one header may carry several, between commas. */
export function parsePolicies(headers: readonly string[]): Directives[] {
  return headers
    .flatMap((header) => header.split(','))
    .map(parsePolicy)
    .filter((policy) => policy.size > 0)
}

function parsePolicy(text: string): Directives {
  const directives = new Map<string, readonly string[]>()
  for (const directive of text.split(';')) {
    const [name, ...values] = directive.split(/[\t\n\f\r ]+/).filter((word) => word !== '')
    const key = name?.toLowerCase()
    if (key !== undefined && !directives.has(key)) directives.set(key, values)
  }
  return directives
}
