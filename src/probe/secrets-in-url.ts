/** Finds what looks like a secret in a URL, and keeps of it its name, its length and how hard it would be to guess. */

import { isSecretName } from '../evidence/redact.js'
import type { StreamEvidence } from '../evidence/stream.js'

export function findSecrets(url: URL): NonNullable<StreamEvidence['secrets']> {
  const inQuery = [...url.searchParams]
    .filter(([name]) => isSecretName(name))
    .map(([name, value]) => ({ name, length: value.length, bits: Math.round(entropyOf(value)) }))
  const { password } = url
  return password === ''
    ? inQuery
    : [...inQuery, { name: 'password', length: password.length, bits: Math.round(entropyOf(password)) }]
}

/** Shannon's entropy of the characters, times their number. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}
