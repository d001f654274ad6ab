/** Guesses what a mistyped word was meant to be. */

/** `: did you mean tabs?`, or nothing where no word is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  return near === undefined ? '' : `: did you mean ${near}?`
}

/** Words as a sentence: with a full stop, unless they end in a question such as the one above. */
export const sentenceOf = (words: string): string => (words.endsWith('?') ? words : `${words}.`)

/** The candidate that differs least, if it differs by no more than a third of the letters, or two. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const bare = stripDashes(word)
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const name = stripDashes(candidate)
    // Comparing is quadratic: a word much longer than the candidate is not near, whatever it says.
    if (Math.abs(name.length - bare.length) > 3) continue
    const distance = editDistance(bare.toLowerCase(), name.toLowerCase())
    const allowed = Math.min(3, Math.max(Math.ceil(name.length / 3), name.length > 3 ? 2 : 1))
    if (distance <= allowed && distance < least && distance < name.length) {
      best = candidate
      least = distance
    }
  }
  return best
}

function stripDashes(word: string): string {
  return word.replace(/^--?(no-)?/, '')
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      const at = (line: number[], index: number) => line[index] ?? Number.POSITIVE_INFINITY
      let distance = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1))
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        distance = Math.min(distance, at(beforeLast, column - 2) + 1)
      }
      current.push(distance)
    }
    beforeLast = last
    last = current
  }
  return last[other.length] ?? 0
}
