/** Rows that are the same. @module */
import { type Matrix64, rowOf } from './matrix.ts'

/** For each row a number from 0 on that it shares with the rows equal to it, and with no other. */
export function equalRows(x: Matrix64): Int32Array {
  const ids = new Int32Array(x.rows)
  const bySum = new Map<number, number[]>()
  let count = 0
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i)
    const sum = row.reduce((total, value, k) => total + value * (1 + (((k + 1) * 0.6180339887498949) % 1)), 0)
    const others = bySum.get(sum) ?? []
    const twin = others.find((j) => rowOf(x, j).every((value, k) => value === row[k]))
    ids[i] = twin === undefined ? count++ : ids[twin]!
    // One of each kind is enough to compare with.
    if (twin === undefined) bySum.set(sum, [...others, i])
  }
  return ids
}

/** How many different rows there are. */
export function distinctRows(x: Matrix64): number {
  return equalRows(x).reduce((most, id) => Math.max(most, id + 1), 0)
}
