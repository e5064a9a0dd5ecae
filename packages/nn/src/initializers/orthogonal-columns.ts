/** Random matrices with orthonormal columns. @module */
import { type Key, normalArray } from '@gen/backend'

/**
 * Draws a matrix `[size / columns, columns]`, row by row, whose columns are orthogonal and of length `gain`; a matrix
 * with more columns than rows has such rows instead. A vector counts as one column.
 *
 * Gram–Schmidt in float64, each vector twice, on normal numbers.
 */
export function orthogonalColumns(key: Key, size: number, columns: number, gain: number): Float32Array {
  const isVector = size === columns
  const count = isVector ? 1 : Math.min(columns, size / columns)
  const length = size / count
  const vectors = orthonormal(Float64Array.from(normalArray(key, 1, size)), count, length)
  const transposed = !isVector && columns <= size / columns
  const out = new Float32Array(size)
  for (let v = 0; v < count; v++) {
    for (let i = 0; i < length; i++) out[transposed ? i * count + v : v * length + i] = gain * vectors[v * length + i]!
  }
  return out
}

/** Makes `count` vectors of `length` orthonormal, in place. */
function orthonormal(vectors: Float64Array, count: number, length: number): Float64Array {
  for (let v = 0; v < count; v++) {
    const current = vectors.subarray(v * length, (v + 1) * length)
    for (let pass = 0; pass < 2; pass++) {
      for (let w = 0; w < v; w++) {
        const other = vectors.subarray(w * length, (w + 1) * length)
        const along = inner(current, other)
        for (let i = 0; i < length; i++) current[i] = current[i]! - along * other[i]!
      }
    }
    const scale = 1 / Math.sqrt(inner(current, current))
    for (let i = 0; i < length; i++) current[i] = current[i]! * scale
  }
  return vectors
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
