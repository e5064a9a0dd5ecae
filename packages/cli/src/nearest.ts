/** Words that someone may have meant. @module */

/** Of the words those that begin alike or differ in at most two letters (inserted, left out, changed or swapped). */
export function nearest(word: string, known: readonly string[]): string[] {
  const begun = known.filter((candidate) => word.length >= 3 && candidate.startsWith(word.slice(0, 3)))
  const close = known.filter((candidate) => distance(word, candidate) <= Math.min(2, Math.floor(word.length / 3)))
  return [...new Set([...close, ...begun])].slice(0, 4)
}

/** Damerau-Levenshtein distance, of adjacent swaps. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const [above, row] = [rows[i - 1]!, [i]]
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + Number(a[i - 1] !== b[j - 1])
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : changed
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, changed, swapped))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
