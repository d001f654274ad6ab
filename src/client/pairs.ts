/** Headers as Node hands them over raw: one flat list of names and values. */
import type { HeaderPair } from './stream-request.js'

export function pairsOf(raw: readonly string[]): HeaderPair[] {
  const pairs: HeaderPair[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? ''])
  return pairs
}
