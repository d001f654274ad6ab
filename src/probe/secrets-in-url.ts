/** Finds what looks like a secret in a URL, and keeps of it its name, its length and how hard it would be to guess. */

import { isSecretName } from '../evidence/redact.js'
import type { StreamEvidence } from '../evidence/stream.js'

export function findSecrets(url: URL): NonNullable<StreamEvidence['secrets']> {
  const inQuery = [...url.searchParams]
    .filter(([name, value]) => isSecretName(name) && !isPlain(value))
    .map(([name, value]) => ({ name, length: value.length, bits: Math.round(entropyOf(value)) }))
  const { password } = url
  return password === ''
    ? inQuery
    : [...inQuery, { name: 'password', length: password.length, bits: Math.round(entropyOf(password)) }]
}

/** Words, such as the name of a room, and numbers, such as those of rows, are no secrets whatever they are called. */
function isPlain(value: string): boolean {
  return /^\d+$/.test(value) || /^[a-z]{1,14}([-_. :/][a-z]{1,14})*$/i.test(value)
}

/** Shannon's entropy of the characters, times their number. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}
