/** Mutual information between codes and known factors. @module */
import { columnOf, type Matrix64, zeroMatrix } from '@gen/linear-algebra'

/** The bin of each number, of `bins` equal ones between the smallest and the largest. */
export function discretize(values: Float64Array, bins: number): Int32Array {
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  if (!(high > low)) return new Int32Array(values.length)
  const width = (high - low) / bins
  // Edges are computed as sums of widths, as NumPy's linspace does, so that numbers on an edge fall alike.
  return Int32Array.from(values, (value) => {
    let bin = Math.min(bins - 1, Math.floor((value - low) / width))
    while (bin > 0 && value < low + bin * width) bin--
    while (bin < bins - 1 && value >= low + (bin + 1) * width) bin++
    return bin
  })
}

/** Ranks of the distinct values: any numbers as class numbers. */
export function classesOf(values: Float64Array): Int32Array {
  const places = new Map([...new Set(values)].sort((a, b) => a - b).map((value, place) => [value, place]))
  return Int32Array.from(values, (value) => places.get(value)!)
}

/** Entropy of class numbers, in nats. */
export function entropyOf(classes: Int32Array): number {
  return entropyOfCounts(counted(classes), classes.length)
}

/** Mutual information of two sets of class numbers, in nats. */
export function mutualInformation(a: Int32Array, b: Int32Array): number {
  const width = b.reduce((most, value) => Math.max(most, value), 0) + 1
  const joint = Int32Array.from(a, (value, i) => value * width + b[i]!)
  return Math.max(0, entropyOf(a) + entropyOf(b) - entropyOf(joint))
}

/** Mutual information of every code with every factor, `[codes, factors]`, and the factors' entropies. */
export function informationMatrix(
  codes: Matrix64,
  factors: Matrix64,
  bins: number,
): { matrix: Matrix64; entropies: Float64Array } {
  const classes = Array.from({ length: factors.columns }, (_, j) => classesOf(columnOf(factors, j)))
  const matrix = zeroMatrix(codes.columns, factors.columns)
  for (let i = 0; i < codes.columns; i++) {
    const binned = discretize(columnOf(codes, i), bins)
    classes.forEach((labels, j) => {
      matrix.data[i * factors.columns + j] = mutualInformation(binned, labels)
    })
  }
  return { matrix, entropies: Float64Array.from(classes, entropyOf) }
}

function counted(classes: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of classes) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function entropyOfCounts(counts: Map<number, number>, total: number): number {
  let entropy = 0
  for (const count of counts.values()) entropy -= (count / total) * Math.log(count / total)
  return entropy
}
